using System.Globalization;
using Platform.Artifact;
using Platform.Compiler;
using Platform.DeviceBroker;
using Platform.Gateway;
using Platform.Host;
using Platform.ProfilerWorker;
using Platform.ServiceDefaults;
using Platform.Store;

string data = EmbeddedSettings.DataFolder;
DataFolder.Prepare(data);

// Settings are read beside the program, never in the folder it was started from: that folder is the user's, and would be watched whole.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
int http = int.Parse(builder.Configuration["http"] ?? "8080", CultureInfo.InvariantCulture);
int grpc = int.Parse(builder.Configuration["grpc"] ?? "8081", CultureInfo.InvariantCulture);
var defaults = new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = EmbeddedSettings.Of(data, http, grpc) };
builder.Configuration.Sources.Insert(0, defaults);
builder.AddServiceDefaults("hub");
builder.AddArtifact();
builder.AddDeviceBroker();
builder.AddGateway();
builder.AddCompiler();
builder.AddProfilerWorker();

// A host that cannot start says why in one sentence, below.
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
var app = builder.Build();
app.MapHealth();
app.MapArtifact();
app.MapDeviceBroker();
app.MapGateway();
try
{
    // Looked at when the stop begins: what an ordinary stop interrupts is not broken, and afterwards there are no services to ask.
    var background = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
    BackgroundService? broken = null;
    app.Lifetime.ApplicationStopping.Register(() => broken = background.Find(service => service.ExecuteTask is { IsFaulted: true }));
    await app.RunAsync();
    if (broken is not null)
    {
        await Console.Error.WriteLineAsync($"hub: {broken.GetType().Name} ended, and the hub with it: {broken.ExecuteTask!.Exception}");
        return 1;
    }

    return 0;
}
catch (StoreException problem)
{
    await Console.Error.WriteLineAsync($"hub: {problem.Message}");
    return 2;
}
