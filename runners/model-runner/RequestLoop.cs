using Google.Protobuf;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;
using Runner.Model.Stages;

namespace Runner.Model;

/// <summary>Answers requests one after the other until the input ends.</summary>
internal sealed class RequestLoop(ProtocolChannel channel)
{
    private const int MalformedRequest = 64;

    public int Run()
    {
        try
        {
            while (channel.Read() is { } request)
            {
                var answer = Answer(request);
                answer.Id = request.Id;
                channel.Write(answer);
            }

            return 0;
        }
        catch (InvalidProtocolBufferException problem)
        {
            Console.Error.WriteLine($"model-runner: the line is no request: {problem.Message}");
            return MalformedRequest;
        }
    }

    private static Event Answer(Request request)
    {
        try
        {
            return request.StageCase switch
            {
                Request.StageOneofCase.Probe => new Event { Probed = ProbeStage.Run(request.Settings ?? new Settings()) },
                Request.StageOneofCase.Describe => new Event { Described = DescribeStage.Run(request) },
                Request.StageOneofCase.Load => new Event { Loaded = LoadStage.Run(request) },
                Request.StageOneofCase.Timed => new Event { TimedDone = TimedStage.Run(request) },
                Request.StageOneofCase.PerOperator => new Event { PerOperatorDone = PerOperatorStage.Run(request) },
                Request.StageOneofCase.Infer => new Event { Inferred = InferStage.Run(request) },
                _ => throw new RunnerException("INTERNAL", $"this runner has no stage {request.StageCase}"),
            };
        }
        catch (RunnerException problem)
        {
            return Fail(problem.Code, problem.Message);
        }
        catch (IOException problem)
        {
            return Fail("INPUT_MISMATCH", problem.Message);
        }
        catch (OnnxFormatException problem)
        {
            return Fail("MODEL_LOAD_FAILED", problem.Message);
        }
    }

    private static Event Fail(string code, string message) => new() { Failed = new Failed { Code = code, Message = message } };
}
