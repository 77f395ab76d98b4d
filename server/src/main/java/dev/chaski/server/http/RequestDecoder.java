package dev.chaski.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder with bounds, which also tells whether it holds half a line. Confined to the connection's loop.
 *
 * <p>It decodes only what can be taken: requests that have to wait stay the bytes that they are. Decoded they would take
 * a hundred times the room, and a packet holds thousands of small ones.
 */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int CHUNK_BYTES_MAX = 64 << 10;

    private final BooleanSupplier mayDecode;
    /** Told by the socket and kept from who comes behind, until what was received before is decoded. */
    private final List<Object> laterEvents = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private boolean isHoldingBack;
    private boolean isDecoding;

    RequestDecoder(HttpLimits limits, BooleanSupplier mayDecode) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxUriBytes())
                .setMaxHeaderSize(limits.maxHeadersBytes())
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setHeadersFactory(RequestHeaders.FACTORY)
                .setAllowDuplicateContentLengths(true));
        this.mayDecode = mayDecode;
    }

    boolean holdsPart() {
        return actualReadableBytes() > 0;
    }

    /** Whether bytes wait for {@link #goOn}. */
    boolean isHoldingBack() {
        return isHoldingBack;
    }

    /** Decodes what was held back, as far as it may. */
    void goOn() throws Exception {
        ChannelHandlerContext own = context;
        if (own == null || !isHoldingBack || isDecoding) {
            return;
        }
        channelRead(own, Unpooled.EMPTY_BUFFER);
        if (!isHoldingBack) {
            List<Object> events = List.copyOf(laterEvents);
            laterEvents.clear();
            for (Object event : events) {
                super.userEventTriggered(own, event);
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        isDecoding = true;
        isHoldingBack = false;
        try {
            super.channelRead(from, message);
        } finally {
            isDecoding = false;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
        if (mayDecode.getAsBoolean()) {
            super.decode(from, in, out);
        } else {
            isHoldingBack = true;
        }
    }

    /** The end of the input would make Netty drop what is not decoded: it has to wait for that. */
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
        boolean isEnd = event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete;
        if (isEnd && isHoldingBack) {
            laterEvents.add(event);
        } else {
            super.userEventTriggered(from, event);
        }
    }

    /** Two lengths of one body are an attempt to smuggle: refused, not repaired. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a body with a length and in chunks");
    }
}
