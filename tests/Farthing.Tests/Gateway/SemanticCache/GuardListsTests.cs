using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Learning;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Tests.Gateway.SemanticCache;

public sealed class GuardListsTests
{
    [Fact]
    public void A_tenants_additions_excuse_what_the_built_in_lists_do_not()
    {
        var lists = GuardLists.WithAdditions(
            """
            synonyms:
              - [messenger bag, satchel]
            courtesy:
              - [toodle pip]
            task:
              verbs: [spruce]
              text: [blurblet]
            units:
              furlong: [um, "201168000"]
            """,
            "shop.yaml");
        var guard = new CaptionGuard(lists);
        Assert.True(guard.Compare("red satchel", "messenger bag in red").IsSame);
        Assert.True(guard.Compare("red satchel. Toodle pip!", "red satchel").IsSame);
        Assert.True(guard.Compare("Spruce up this blurblet: red satchel", "Write a caption for a red satchel").IsSame);
        Assert.True(guard.Compare("rope, 1 furlong", "rope, 201.168 m").IsSame);
        Assert.False(guard.Compare("rope, 1 furlong", "rope, 201 m").IsSame);
        Assert.False(SharedGuard.Guard.Compare("red satchel", "messenger bag in red").IsSame);
    }

    [Fact]
    public void All_errors_are_told_at_once_with_their_lines()
    {
        var error = Assert.Throws<GuardListsException>(static () => GuardLists.WithAdditions(
            """
            courtesy:
              - [without]
              - please
            task:
              verbs: [red, seven, german, "5"]
              nouns: [prompt]
            synonyms:
              - [couch, settle]
            unit: {}
            units:
              blob: [um, "many"]
            labels: nothing
            """,
            "shop.yaml"));
        Assert.Equal([2, 3, 5, 5, 5, 5, 6, 8, 9, 11, 12], error.Errors.Select(static found => found.Line));
        Assert.All(error.Errors, static found => Assert.Equal("shop.yaml", found.File));
        Assert.Contains("can't be excused", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- a list")]
    [InlineData("synonyms: [")]
    [InlineData("a: b\n: c")]
    [InlineData("\"\u0001")]
    public void What_is_no_list_is_refused_in_a_sentence(string yaml) => Assert.Throws<GuardListsException>(() => GuardLists.WithAdditions(yaml, "x.yaml"));

    [Fact]
    public void Task_words_are_learned_before_the_product_only_and_never_a_value()
    {
        string[] products = ["mug", "lamp", "rug", "chair"];
        string[] requests = [.. Enumerable.Range(0, 300).Select(at => $"Frobnicate the seven red gizmo blurbs: {products[at % 4]}, antique")];
        IReadOnlyList<LearnedWord> learned = TaskWordLearner.Propose(requests, GuardLists.Default);
        Assert.Equal(["blurbs", "frobnicate", "gizmo"], learned.Select(static word => word.Word));
        Assert.Empty(TaskWordLearner.Propose(requests[..100], GuardLists.Default));
        Assert.Empty(TaskWordLearner.Propose([.. requests.Select((request, at) => at % 2 == 0 ? request : $"{at} mug")], GuardLists.Default));
    }
}
