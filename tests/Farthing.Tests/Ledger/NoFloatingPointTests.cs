using System.Reflection;
using Farthing.Ledger.Money;

namespace Farthing.Tests.Ledger;

public sealed class NoFloatingPointTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_member_of_the_ledger_is_a_floating_point_number()
    {
        var members = typeof(Amount).Assembly.GetTypes().SelectMany(Members).ToList();
        Assert.True(members.Count > 500, "The search found too little to mean anything.");
        Assert.Empty(members.Where(member => IsFloating(member.Type)).Select(member => member.Where));
    }

    private static IEnumerable<(string Where, Type Type)> Members(Type type) =>
    [
        .. type.GetFields(Everything).Select(field => ($"{type}.{field.Name}", field.FieldType)),
        .. type.GetProperties(Everything).Select(property => ($"{type}.{property.Name}", property.PropertyType)),
        .. type.GetMethods(Everything).Select(method => ($"{type}.{method.Name}", method.ReturnType)),
        .. type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything))
            .SelectMany(method => method.GetParameters(), (method, parameter) => ($"{type}.{method.Name}", parameter.ParameterType)),
    ];

    private static bool IsFloating(Type type) =>
        type == typeof(float) || type == typeof(double) || type == typeof(Half)
        || (type.HasElementType && IsFloating(type.GetElementType()!))
        || (type.IsGenericType && type.GetGenericArguments().Any(IsFloating));
}
