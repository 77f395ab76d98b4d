package dev.chaski.server.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder with bounds, which also tells whether it holds half a line. Confined to the connection's loop. */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    RequestDecoder(HttpLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxUriBytes())
                .setMaxHeaderSize(limits.maxHeadersBytes())
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setAllowDuplicateContentLengths(true));
    }

    boolean holdsPart() {
        return actualReadableBytes() > 0;
    }

    /** Two lengths of one body are an attempt to smuggle: refused, not repaired. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a body with a length and in chunks");
    }
}
