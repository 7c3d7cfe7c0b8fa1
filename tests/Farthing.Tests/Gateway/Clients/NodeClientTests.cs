namespace Farthing.Tests.Gateway.Clients;

/// <summary>npm's official clients and LangChain's, case by case. What each case does stands in <c>tests/clients/cases</c>.</summary>
[Collection(ClientsGroup.Name)]
public sealed class NodeClientTests(ClientsRig rig)
{
    public static TheoryData<string> Names { get; } = [.. File.ReadAllLines(NodeRun.PathOf("cases.txt"))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_case_goes_as_it_would_at_the_provider_itself(string name)
    {
        var cases = await rig.NodeAsync();

        Assert.True(cases.TryGetValue(name, out NodeCase? found), $"the case '{name}' did not run");
        Assert.True(found.Ok, found.Error);
    }

    [Fact]
    public async Task Every_case_that_runs_is_asserted()
    {
        var cases = await rig.NodeAsync();

        Assert.Equal(File.ReadAllLines(NodeRun.PathOf("cases.txt")).Order(), cases.Keys.Order());
    }
}
