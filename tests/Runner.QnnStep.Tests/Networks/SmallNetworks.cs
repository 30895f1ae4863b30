using Onnx.Model;

namespace Runner.QnnStep.Tests;

/// <summary>Networks small enough to be made here, with weights out of a seed.</summary>
internal static class SmallNetworks
{
    /// <summary>Three convolutions and a matrix product.</summary>
    public static ModelProto Convolutions(string name = "tiny", int size = 16)
    {
        var build = new NetworkBuilder(5);
        build.Input("image", 1, 3, size, size);
        build.Add("Conv", "first", "a", ["image", build.Weights("w1", 27, 8, 3, 3, 3)], AttributeProto.From("pads", [1L, 1, 1, 1]));
        build.Add("Relu", "act1", "b", ["a"]);
        build.Add("Conv", "second", "c", ["b", build.Weights("w2", 72, 16, 8, 3, 3)], AttributeProto.From("strides", [2L, 2]), AttributeProto.From("pads", [1L, 1, 1, 1]));
        build.Add("Relu", "act2", "d", ["c"]);
        build.Add("Conv", "third", "e", ["d", build.Weights("w3", 144, 16, 16, 3, 3)], AttributeProto.From("strides", [2L, 2]), AttributeProto.From("pads", [1L, 1, 1, 1]));
        build.Add("Relu", "act3", "f", ["e"]);
        build.Add("Flatten", "flat", "g", ["f"]);
        build.Add("MatMul", "head", "scores", ["g", build.Weights("w4", size * size, size * size, 10)]);
        return build.Finish(name, ("scores", [1, 10]));
    }

    /// <summary>Two transformer blocks: attention with four heads and a two-layer perceptron, each with a residual and a layer norm.</summary>
    public static ModelProto Transformer(string name = "transformer", int width = 128, int length = 16)
    {
        var build = new NetworkBuilder(7);
        build.Input("tokens", 1, length, width);
        string value = "tokens";
        for (int block = 0; block < 2; block++)
        {
            value = Block(build, $"b{block}", value, width, length, block == 1 ? "features" : $"b{block}/out");
        }

        return build.Finish(name, ("features", [1, length, width]));
    }

    private static string Block(NetworkBuilder build, string prefix, string input, int width, int length, string output)
    {
        const int Heads = 4;
        string Heading(string projected, string result, long[] order)
        {
            build.Add("Reshape", $"{result}/split", $"{result}/s", [projected, build.Shape($"{result}/shape", 1, length, Heads, width / Heads)]);
            build.Add("Transpose", $"{result}/order", result, [$"{result}/s"], AttributeProto.From("perm", order));
            return result;
        }

        string normed = Norm(build, $"{prefix}/n1", input, width);
        string q = Heading(Dense(build, $"{prefix}/q", normed, width, width), $"{prefix}/qh", [0, 2, 1, 3]);
        string k = Heading(Dense(build, $"{prefix}/k", normed, width, width), $"{prefix}/kh", [0, 2, 3, 1]);
        string v = Heading(Dense(build, $"{prefix}/v", normed, width, width), $"{prefix}/vh", [0, 2, 1, 3]);
        build.Add("MatMul", $"{prefix}/qk", $"{prefix}/qk", [q, k]);
        build.Add("Mul", $"{prefix}/scale", $"{prefix}/scaled", [$"{prefix}/qk", build.Constant($"{prefix}/factor", [1], 1 / MathF.Sqrt(width / Heads))]);
        build.Add("Softmax", $"{prefix}/softmax", $"{prefix}/p", [$"{prefix}/scaled"], AttributeProto.From("axis", -1L));
        build.Add("MatMul", $"{prefix}/pv", $"{prefix}/pv", [$"{prefix}/p", v]);
        build.Add("Transpose", $"{prefix}/back", $"{prefix}/t", [$"{prefix}/pv"], AttributeProto.From("perm", [0L, 2, 1, 3]));
        build.Add("Reshape", $"{prefix}/join", $"{prefix}/j", [$"{prefix}/t", build.Shape($"{prefix}/joined", 1, length, width)]);
        build.Add("Add", $"{prefix}/res1", $"{prefix}/r1", [input, Dense(build, $"{prefix}/o", $"{prefix}/j", width, width)]);
        string hidden = Dense(build, $"{prefix}/up", Norm(build, $"{prefix}/n2", $"{prefix}/r1", width), width, 4 * width);
        build.Add("Relu", $"{prefix}/relu", $"{prefix}/h", [hidden]);
        build.Add("Add", $"{prefix}/res2", output, [$"{prefix}/r1", Dense(build, $"{prefix}/down", $"{prefix}/h", 4 * width, width)]);
        return output;
    }

    private static string Dense(NetworkBuilder build, string name, string input, int from, int to)
    {
        build.Add("MatMul", name, $"{name}/m", [input, build.Weights($"{name}/w", from, from, to)]);
        return $"{name}/m";
    }

    private static string Norm(NetworkBuilder build, string name, string input, int width)
    {
        build.Add("LayerNormalization", name, $"{name}/y", [input, build.Constant($"{name}/g", [width], 1f), build.Constant($"{name}/b", [width], 0.01f)], AttributeProto.From("axis", -1L));
        return $"{name}/y";
    }
}
