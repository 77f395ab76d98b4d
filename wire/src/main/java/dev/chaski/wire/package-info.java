/** NSQ frames, commands, names, ids and the JSON in between: codecs shared by server and client. */
@NullMarked
package dev.chaski.wire;

import org.jspecify.annotations.NullMarked;
