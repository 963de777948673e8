"""MQTT 3.1.1 and 5: values on topics, JSON payloads, Sparkplug B."""
