"""OGC SensorThings 1.1 and 2.0: observations by paging, and sooner by MQTT."""
