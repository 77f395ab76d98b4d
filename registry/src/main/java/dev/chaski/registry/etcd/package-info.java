/** A registry in etcd, with the keys and values of Go Micro. */
@NullMarked
package dev.chaski.registry.etcd;

import org.jspecify.annotations.NullMarked;
