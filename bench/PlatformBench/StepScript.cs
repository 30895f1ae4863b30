using TestKit;

namespace PlatformBench;

/// <summary>A step program that does nothing but copy: what is left of a job is the platform.</summary>
internal static class StepScript
{
    // Answers every request; the model named sleepy.onnx keeps its step busy, so that jobs after it wait.
    private const string Text = """
        #!/bin/sh
        read -r request
        input=${request#*\"input\": \"}; input=${input%%\"*}
        output=${request#*\"output\": \"}; output=${output%%\"*}
        case "$request" in
          *inspectModel*) ;;
          *sleepy*) exec sleep 600 ;;
          *) cp "$input" "$output" ;;
        esac
        echo '{"modelType":"ONNX","inputs":[{"name":"x","shape":[1,3],"dtype":"float32"}],"outputs":[{"name":"y","shape":[1,4],"dtype":"float32"}]}'
        """;

    /// <summary>Makes a runners folder that has only this.</summary>
    public static string Install(TempFolder folder)
    {
        string path = Path.Combine(Directory.CreateDirectory(folder.File("step")).FullName, "step");
        File.WriteAllText(path, Text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder.Path;
    }
}
