package dev.chaski.server.http;

import static dev.chaski.server.http.RawHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that have to wait stay bytes, and none of them is lost. */
@Timeout(60)
class RequestDecoderTest {
    private static final String TINY = "GET /x HTTP/1.1\r\nHost:\r\na:\r\n\r\n";
    private static final int TINY_COUNT = (64 << 10) / TINY.length();

    @TempDir
    private Path folder;

    private final List<String> seen = new ArrayList<>();
    private int partCount;
    /** Requests that may be decoded. */
    private int allowedCount;

    @Test
    void whatHasToWaitIsNotDecoded() throws Exception {
        RequestDecoder decoder = new RequestDecoder(HttpLimits.defaults(), () -> seen.size() < allowedCount);
        EmbeddedChannel channel = channel(decoder);
        allowedCount = 1;
        channel.writeInbound(Unpooled.copiedBuffer(TINY.repeat(TINY_COUNT), StandardCharsets.ISO_8859_1));
        assertThat(seen).hasSize(1);
        assertThat(partCount).isLessThanOrEqualTo(2);
        assertThat(decoder.isHoldingBack()).isTrue();
        decoder.goOn();
        assertThat(seen).as("still not allowed").hasSize(1);
        allowedCount = 1000;
        decoder.goOn();
        assertThat(seen).hasSize(1000);
        allowedCount = Integer.MAX_VALUE;
        decoder.goOn();
        assertThat(seen).hasSize(TINY_COUNT);
        assertThat(decoder.isHoldingBack()).isFalse();
        assertThat(decoder.holdsPart()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void theEndOfTheInputComesBehindWhatWasHeldBack() throws Exception {
        RequestDecoder decoder = new RequestDecoder(HttpLimits.defaults(), () -> seen.size() < allowedCount);
        EmbeddedChannel channel = channel(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(TINY.repeat(3), StandardCharsets.ISO_8859_1));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(seen).isEmpty();
        allowedCount = Integer.MAX_VALUE;
        decoder.goOn();
        assertThat(seen).containsExactly("/x", "/x", "/x", "end");
        channel.finishAndReleaseAll();
    }

    @Test
    void aLongPipelineBehindErrandsIsAnsweredWholeThoughItsClientSendsNothingMore() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                all.append(text(request("GET", "/config/log_level", "")));
                all.append(text(request("POST", "/pub?topic=t", "m")));
                all.append(text(request("GET", "/none" + i, "")));
            }
            client.send(all.toString());
            client.endInput();
            for (int i = 0; i < 1000; i++) {
                assertThat(client.read().body()).isEqualTo("2");
                assertThat(client.read().body()).isEqualTo("OK");
                assertThat(client.read().status()).isEqualTo(404);
            }
            assertThat(client.isClosed()).isTrue();
        }
    }

    private EmbeddedChannel channel(RequestDecoder decoder) {
        return new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                assertThat(message).isInstanceOf(HttpObject.class);
                partCount++;
                if (message instanceof HttpRequest request) {
                    seen.add(request.uri());
                }
                ReferenceCountUtil.release(message);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                seen.add("end");
            }
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
