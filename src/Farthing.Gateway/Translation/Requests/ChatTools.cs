using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// OpenAI's tools, choice of a tool and wanted form of the answer, as Anthropic's. JSON is either native, or a tool more beside the
/// client's own: the model must then call one of them, as with OpenAI it either calls a tool or answers in JSON.
/// </summary>
internal sealed class ChatTools
{
    private const string JsonToolName = "answer_in_json";
    private readonly List<RequestNode> _functions = [];
    private readonly bool _isStrict;
    private IReadOnlyList<string> _called = [];
    private string _choice = "auto";
    private string? _only;
    private bool _hasChoice;
    private bool _isSingle;
    private RequestNode? _schema;
    private string? _about;

    private ChatTools(bool isStrict) => _isStrict = isStrict;

    /// <summary>The tool whose input is the answer's text; null where none was added.</summary>
    public string? JsonTool { get; private set; }

    /// <summary>The schema of native JSON; null for none.</summary>
    public JsonElement? Format { get; private set; }

    /// <summary>Steps: 1. the functions, 2. which of them may be called, 3. the form of the answer.</summary>
    public static ChatTools Read(RequestNode request, TranslationOptions options, bool isThinking)
    {
        var tools = new ChatTools(options.StructuredOutput == StructuredOutputForm.Native);
        foreach (RequestNode tool in request["tools"]?.Items() ?? [])
        {
            tools._functions.Add(tool.Object().Needed("type").Text() == "function"
                ? tool
                : throw tool.Needed("type").Refusal($"tools of type '{tool.Text("type")}' have no form at Anthropic; there are functions alone."));
        }

        tools._called = CalledTools.OfChat(request);
        tools.ReadChoice(request["tool_choice"]);
        tools._isSingle = request["parallel_tool_calls"]?.Element.ValueKind == JsonValueKind.False;
        tools.ReadFormat(request["response_format"], options, isThinking);
        return tools;
    }

    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (_functions.Count == 0 && JsonTool is null)
        {
            WriteCalled(json);
            return;
        }

        json.WriteStartArray("tools");
        foreach (RequestNode tool in _functions)
        {
            RequestNode function = tool.Needed("function").Object();
            json.WriteStartObject();
            json.WriteString("name", function.Needed("name").Text());
            WriteTool(json, function.Text("description"), function["parameters"], _isStrict && function["strict"] is { IsTrue: true });
            if (tool["cache_control"] is { } cache)
            {
                json.Copy("cache_control", cache.Object().Element);
            }

            json.WriteEndObject();
        }

        if (JsonTool is not null)
        {
            json.WriteStartObject();
            json.WriteString("name", JsonTool);
            WriteTool(json, _about ?? "Takes the whole answer. Call it exactly once.", _schema, false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChoice(json);
    }

    /// <summary>Of a request that has none: earlier calls need them, and none of them is to be called again.</summary>
    private void WriteCalled(Utf8JsonWriter json)
    {
        if (_called.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (string name in _called)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            CalledTools.WriteSchema(json, "input_schema");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("tool_choice");
        json.WriteString("type", "none");
        json.WriteEndObject();
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        // Beside a tool for JSON, "auto" means: one of the client's tools or the answer; "none" means the answer.
        string choice = JsonTool is null ? _choice : _choice == "none" || _functions.Count == 0 ? "tool" : "any";
        if (!_hasChoice && !_isSingle && JsonTool is null)
        {
            return;
        }

        json.WriteStartObject("tool_choice");
        json.WriteString("type", choice);
        if (choice == "tool")
        {
            json.WriteString("name", JsonTool ?? _only);
        }

        if (_isSingle && choice != "none")
        {
            json.WriteBoolean("disable_parallel_tool_use", true);
        }

        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, string? description, RequestNode? schema, bool isStrict)
    {
        if (description is not null)
        {
            json.WriteString("description", description);
        }

        json.WriteStartObject("input_schema");
        if (schema?.Object()["type"] is not { } type)
        {
            json.WriteString("type", "object");
        }
        else if (!type.IsText || type.Text() != "object")
        {
            throw type.Refusal("must be 'object': a tool's input has names.");
        }

        if (schema is not null)
        {
            foreach (JsonProperty field in schema.Element.EnumerateObject())
            {
                json.Copy(field.Name, field.Value);
            }
        }

        if (schema?["properties"] is null)
        {
            json.WriteStartObject("properties");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (isStrict)
        {
            json.WriteBoolean("strict", true);
        }
    }

    private void ReadChoice(RequestNode? choice)
    {
        if (_functions.Count == 0)
        {
            ToolChoice.MustNotBind(choice);
            return;
        }

        if (choice is null)
        {
            return;
        }

        _hasChoice = true;
        if (choice.IsText)
        {
            _choice = Mode(choice);
            return;
        }

        switch (choice.Object().Needed("type").Text())
        {
            case "function":
                _only = choice.Needed("function").Object().Needed("name").Text();
                _choice = "tool";
                break;
            case "allowed_tools":
                RequestNode allowed = choice.Needed("allowed_tools").Object();
                _choice = Mode(allowed.Needed("mode"));
                HashSet<string> names = [.. allowed.Needed("tools").Items().Select(static tool => tool.Object().Needed("function").Object().Needed("name").Text())];
                _functions.RemoveAll(tool => !names.Contains(tool["function"]?.Text("name") ?? ""));
                break;
            case var other:
                throw choice.Needed("type").Refusal($"'{other}' has no form at Anthropic; there are function and allowed_tools.");
        }
    }

    private static string Mode(RequestNode mode) => mode.Text() switch
    {
        "none" => "none",
        "auto" => "auto",
        "required" => "any",
        var other => throw mode.Refusal($"'{other}' is unknown; there are none, auto and required."),
    };

    private void ReadFormat(RequestNode? format, TranslationOptions options, bool isThinking)
    {
        bool hasSchema;
        switch (format?.Object().Needed("type").Text())
        {
            case null or "text":
                return;
            case "json_object":
                hasSchema = false;
                break;
            case "json_schema":
                RequestNode wanted = format.Needed("json_schema").Object();
                _schema = wanted["schema"]?.Object();
                _about = wanted.Text("description");
                hasSchema = _schema is not null;
                break;
            case var other:
                throw format.Needed("type").Refusal($"'{other}' is unknown; there are text, json_object and json_schema.");
        }

        if (hasSchema && (options.StructuredOutput == StructuredOutputForm.Native))
        {
            Format = _schema!.Element;
            return;
        }

        if (isThinking)
        {
            throw format.Refusal("this model can't be made to answer in JSON while it thinks. Leave out reasoning_effort, or send a json_schema to a model that takes one.");
        }

        if (_choice is "any" or "tool")
        {
            // The client wants a call of its own tool, so the answer's form does not matter.
            return;
        }

        JsonTool = JsonToolName;
        while (_functions.Any(tool => tool["function"]?.Text("name") == JsonTool))
        {
            JsonTool += "_";
        }
    }
}
