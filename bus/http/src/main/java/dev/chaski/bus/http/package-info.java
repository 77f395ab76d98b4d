/**
 * Go Micro's HTTP broker: every node serves HTTP, a registry tells who subscribes to what, and who publishes posts to
 * each of them. {@link dev.chaski.bus.http.HttpBusPlugin} is where to begin.
 */
@NullMarked
package dev.chaski.bus.http;

import org.jspecify.annotations.NullMarked;
