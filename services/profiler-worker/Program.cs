using Platform.ProfilerWorker;
using Platform.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("profiler-worker");
builder.AddProfilerWorker();
var app = builder.Build();
app.MapHealth();
await app.RunAsync();
