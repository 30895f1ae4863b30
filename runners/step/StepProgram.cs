using Google.Protobuf;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Inspection;
using Runner.Step.Datasets;

namespace Runner.Step;

/// <summary>Reads one request, does it, writes one response. Whatever else goes wrong ends the process: that is what it is for.</summary>
internal static class StepProgram
{
    private const int MalformedRequest = 64;

    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static int Run(TextReader input, TextWriter output, TextWriter error)
    {
        StepRequest request;
        try
        {
            request = s_parser.Parse<StepRequest>(input.ReadLine() ?? "");
        }
        catch (InvalidProtocolBufferException problem)
        {
            error.WriteLine($"step: standard input is no request: {problem.Message}");
            return MalformedRequest;
        }

        output.WriteLine(JsonFormatter.Default.Format(Answer(request)));
        return 0;
    }

    private static StepResponse Answer(StepRequest request)
    {
        try
        {
            return request.WorkCase switch
            {
                StepRequest.WorkOneofCase.Convert => ConvertWork.Run(request.Convert),
                StepRequest.WorkOneofCase.InspectModel => InspectWork.Run(request.InspectModel),
                StepRequest.WorkOneofCase.InspectDataset => DatasetWork.Inspect(request.InspectDataset),
                StepRequest.WorkOneofCase.ImportDataset => DatasetWork.Import(request.ImportDataset),
                StepRequest.WorkOneofCase.ExportDataset => DatasetWork.Export(request.ExportDataset),
                _ => Refused(FailureCode.Internal, "the request names no work"),
            };
        }
        catch (InspectionException problem)
        {
            return Refused(problem.Code, problem.Message);
        }
        catch (DatasetException problem)
        {
            return Refused(problem.Code, problem.Message);
        }
        catch (IOException problem)
        {
            return Refused(FailureCode.ModelUnreadable, problem.Message);
        }
    }

    private static StepResponse Refused(FailureCode code, string message) => new() { Refusals = { new FailureDetail { Code = code, Message = message } } };
}
