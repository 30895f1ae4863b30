// In this service a plain name is the engine's own record; the message of the same name is written with its namespace.
global using AssetState = Platform.Gateway.Models.AssetState;
global using Attempt = Platform.Gateway.Jobs.Attempt;
global using Job = Platform.Gateway.Jobs.Job;
global using JobEvent = Platform.Gateway.Jobs.JobEvent;
