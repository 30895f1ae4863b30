// In this service a plain name is its own record; the message of the same name is written with its namespace.
global using DeviceHealth = Platform.DeviceBroker.Devices.DeviceHealth;
global using DeviceState = Platform.DeviceBroker.Devices.DeviceState;
