/** MQTT 5 as a plug-in of the bus. {@link dev.chaski.bus.mqtt.MqttBusPlugin} is where to begin. */
@NullMarked
package dev.chaski.bus.mqtt;

import org.jspecify.annotations.NullMarked;
