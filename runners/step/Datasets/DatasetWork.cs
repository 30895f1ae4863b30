using System.Runtime.InteropServices;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.Step.Datasets;

/// <summary>Looks at datasets, and turns them into the runner's tensor files and back.</summary>
internal static class DatasetWork
{
    public static StepResponse Inspect(InspectDataset request)
    {
        using var file = DatasetFile.Open(request.Path);
        foreach (var tensor in file.Tensors)
        {
            for (long sample = 0; sample < tensor.Samples; sample++)
            {
                RequireFinite(tensor, sample, file.ReadSample(tensor, sample));
            }
        }

        var response = new StepResponse { Samples = file.Tensors[0].Samples };
        response.Inputs.AddRange(file.Tensors.Select(tensor =>
        {
            var spec = new TensorSpec { Name = tensor.Name, Dtype = tensor.Dtype };
            spec.Shape.AddRange(tensor.Shape.Select(dim => checked((int)dim)));
            return spec;
        }));
        return response;
    }

    public static StepResponse Import(ImportDataset request)
    {
        using var file = DatasetFile.Open(request.Path);
        Directory.CreateDirectory(request.Folder);
        long samples = Math.Min(request.Samples > 0 ? request.Samples : long.MaxValue, file.Tensors[0].Samples - request.FirstSample);
        var response = new StepResponse { Samples = samples };
        foreach (var tensor in file.Tensors)
        {
            string path = Path.Combine(request.Folder, $"{tensor.Index}.bin");
            using var target = File.Create(path);
            for (long sample = 0; sample < samples; sample++)
            {
                byte[] bytes = file.ReadSample(tensor, request.FirstSample + sample);
                RequireFinite(tensor, sample, bytes);
                target.Write(bytes);
            }

            var spec = new Platform.Contracts.Runner.V1.TensorSpec { Name = tensor.Name, Dtype = tensor.Dtype };
            spec.Shape.AddRange(tensor.Shape);
            response.Tensors.Add(new TensorFile { Path = path, Samples = checked((int)samples), Spec = spec });
        }

        return response;
    }

    public static StepResponse Export(ExportDataset request)
    {
        Hdf5DatasetWriter.Write(request.Path, request.Tensors);
        return new StepResponse { Samples = request.Tensors.Count == 0 ? 0 : request.Tensors[0].Samples };
    }

    private static void RequireFinite(DatasetTensor tensor, long sample, ReadOnlySpan<byte> bytes)
    {
        bool finite = tensor.Dtype switch
        {
            "float16" => AllFinite(MemoryMarshal.Cast<byte, Half>(bytes)),
            "float32" => AllFinite(MemoryMarshal.Cast<byte, float>(bytes)),
            "float64" => AllFinite(MemoryMarshal.Cast<byte, double>(bytes)),
            _ => true,
        };
        if (!finite)
        {
            throw new DatasetException(FailureCode.DatasetNotFinite, $"sample {sample} of '{tensor.Name}' holds NaN or an infinite value");
        }
    }

    private static bool AllFinite<T>(ReadOnlySpan<T> values)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
