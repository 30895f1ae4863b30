using Platform.DeviceBroker;
using Platform.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("device-broker");
builder.AddDeviceBroker();
var app = builder.Build();
app.MapHealth();
app.MapDeviceBroker();
await app.RunAsync();
