package dev.chaski.bus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;

/** The codecs that are here. */
public final class Codecs {
    /** {@code {"Header":{"name":"value"},"Body":"base64"}}, as Go Micro's. */
    public static final Codec JSON = new TreeCodec("json", new ObjectMapper());
    /** The same map in CBOR (RFC 8949), the body as a byte string. */
    public static final Codec CBOR = new TreeCodec("cbor", new CBORMapper());
    /** {@code message Message { map<string, string> header = 1; bytes body = 2; }}. */
    public static final Codec PROTOBUF = new ProtobufCodec();
    /** The body alone; a message with headers is refused. */
    public static final Codec RAW = new RawCodec();

    private Codecs() {}
}
