/**
 * RabbitMQ as a plug-in of the bus, with the wire of Go Micro.
 * {@link dev.chaski.bus.rabbitmq.RabbitMqBusPlugin} is where to begin.
 */
@NullMarked
package dev.chaski.bus.rabbitmq;

import org.jspecify.annotations.NullMarked;
