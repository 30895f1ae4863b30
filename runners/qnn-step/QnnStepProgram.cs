using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Inspection;
using Runner.QnnStep.Native;
using Runner.QnnStep.Work;

namespace Runner.QnnStep;

/// <summary>Reads one request from a file, does it, writes one response beside it, and ends at once.</summary>
internal static partial class QnnStepProgram
{
    private const int Usage = 64;

    /// <summary>Does the work of the request file, the only argument; its folder is the one to work in.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var file] || !File.Exists(file))
        {
            Console.Error.WriteLine("qnn-step: name one request file");
            return Usage;
        }

        // Paths are relative to the folder of the job: the names of graphs are made from them.
        Environment.CurrentDirectory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var request = QnnRequest.Parser.ParseFrom(File.ReadAllBytes(Path.GetFileName(file)));
        var response = Answer(request);
        using (var result = new FileStream(Path.ChangeExtension(Path.GetFileName(file), ".response"), FileMode.CreateNew))
        {
            response.WriteTo(result);
        }

        // The libraries' exit handlers may abort after all is done (a link whose last session failed does).
        Exit(0);
        return 0;
    }

    private static QnnResponse Answer(QnnRequest request)
    {
        try
        {
            return request.WorkCase switch
            {
                QnnRequest.WorkOneofCase.Probe => ProbeWork.Run(request),
                QnnRequest.WorkOneofCase.Compile => CompileWork.Run(request),
                QnnRequest.WorkOneofCase.Link => LinkWork.Run(request),
                QnnRequest.WorkOneofCase.Inspect => InspectWork.Run(request),
                _ => Refuse(FailureCode.Internal, "the request names no work"),
            };
        }
        catch (QnnStepException refused)
        {
            return new QnnResponse { Refusals = { refused.Refusals } };
        }
        catch (InspectionException problem)
        {
            return Refuse(problem.Code, problem.Message);
        }
        catch (OnnxFormatException problem)
        {
            return Refuse(FailureCode.ModelUnreadable, problem.Message);
        }
        catch (QnnApiException problem)
        {
            return new QnnResponse { Error = problem.Message };
        }
        catch (OnnxRuntimeException problem)
        {
            return new QnnResponse { Error = problem.Message };
        }
    }

    private static QnnResponse Refuse(FailureCode code, string message) => new() { Refusals = { new FailureDetail { Code = code, Message = message } } };

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int code);
}
