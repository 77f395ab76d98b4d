/** Kafka as a plug-in of the bus. {@link dev.chaski.bus.kafka.KafkaBusPlugin} is where to begin. */
@NullMarked
package dev.chaski.bus.kafka;

import org.jspecify.annotations.NullMarked;
