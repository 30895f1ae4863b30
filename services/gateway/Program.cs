using Platform.Gateway;
using Platform.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddGateway();
var app = builder.Build();
app.MapHealth();
app.MapGateway();
await app.RunAsync();
