package dev.chaski.server.http;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.loops.Loops;
import java.time.InstantSource;

/**
 * What the HTTP door of a lookup stands on.
 *
 * @param directory what is known
 * @param loops where connections live
 * @param version what is told of it, plain semver
 * @param clock what time it is
 */
public record LookupServices(Directory directory, Loops loops, String version, InstantSource clock) {}
