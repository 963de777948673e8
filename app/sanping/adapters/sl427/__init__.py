"""SL/T 427-2021 (SZY 206) water-resource telemetry: terminals report by themselves over TCP."""
