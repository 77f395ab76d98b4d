/** Certificates, client-certificate policies and their reload while connections go on. */
@NullMarked
package dev.chaski.server.tls;

import org.jspecify.annotations.NullMarked;
