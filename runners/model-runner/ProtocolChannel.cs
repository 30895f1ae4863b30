using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using Platform.Contracts.Runner.V1;

namespace Runner.Model;

/// <summary>Requests in, events out: one proto3 JSON message a line.</summary>
internal sealed partial class ProtocolChannel(TextReader requests, TextWriter events) : IDisposable
{
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>
    /// The process's own streams. Runtimes print to standard output too, so its descriptor is pointed at standard error
    /// and events travel over a copy that nobody else has.
    /// </summary>
    public static ProtocolChannel OnStandardStreams()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        int copy = Duplicate(1);
        if (copy < 0 || DuplicateTo(2, 1) < 0)
        {
            throw new IOException($"standard output cannot be set aside: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var output = new FileStream(new SafeFileHandle(copy, ownsHandle: true), FileAccess.Write, bufferSize: 1);
        return new ProtocolChannel(new StreamReader(Console.OpenStandardInput(), utf8), new StreamWriter(output, utf8) { AutoFlush = true, NewLine = "\n" });
    }

    /// <summary>The next request; null at the end of the input.</summary>
    /// <exception cref="InvalidProtocolBufferException">The line is no request.</exception>
    public Request? Read()
    {
        string? line;
        do
        {
            line = requests.ReadLine();
        }
        while (line is not null && line.Length == 0);
        return line is null ? null : s_parser.Parse<Request>(line);
    }

    public void Write(Event message) => events.WriteLine(JsonFormatter.Default.Format(message));

    public void Dispose()
    {
        events.Dispose();
        requests.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DuplicateTo(int from, int to);
}
