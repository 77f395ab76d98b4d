/** NSQ frames, commands, names and ids: codecs shared by server and client. */
@NullMarked
package dev.chaski.wire;

import org.jspecify.annotations.NullMarked;
