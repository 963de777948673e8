"""SL 651-2014 hydrological telemetry: stations report over TCP in HEX/BCD or ASCII coding."""
