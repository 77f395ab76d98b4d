package dev.chaski.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that is given the address where the broker serves HTTP: a {@code String} as {@code 127.0.0.1:4151}, a
 * {@link java.net.URI} as {@code http://127.0.0.1:4151}, or an {@link java.net.InetSocketAddress}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface HttpAddress {}
