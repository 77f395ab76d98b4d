package dev.chaski.server.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;

/** Netty's headers, which refuse a list of lengths where it stands: Netty would make one length of it. */
final class RequestHeaders extends DefaultHttpHeaders {
    static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return new RequestHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return new RequestHeaders();
        }
    };

    private RequestHeaders() {
        super(
                DefaultHttpHeadersFactory.headersFactory().getNameValidator(),
                DefaultHttpHeadersFactory.headersFactory().getValueValidator());
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (value instanceof CharSequence text
                && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                && text.toString().indexOf(',') >= 0) {
            throw new IllegalArgumentException("several lengths of one body");
        }
        return super.add(name, value);
    }
}
