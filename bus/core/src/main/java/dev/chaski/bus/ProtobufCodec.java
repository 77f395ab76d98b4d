package dev.chaski.bus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Protocol Buffers: {@code message Message { map<string, string> header = 1; bytes body = 2; }}. A map is written as one
 * entry message, with the fields 1 and 2, for each header.
 */
final class ProtobufCodec implements Codec {
    private static final int HEADER = 1;
    private static final int BODY = 2;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    @Override
    public String name() {
        return "protobuf";
    }

    @Override
    public byte[] encode(Message message) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.body().length + 64);
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (Map.Entry<String, String> header : message.headers().entrySet()) {
                out.writeByteArray(HEADER, entry(header.getKey(), header.getValue()));
            }
            out.writeByteArray(BODY, message.body());
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new BusException("the message cannot be written as protobuf", e);
        }
    }

    private static byte[] entry(String key, String value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeString(KEY, key);
        out.writeString(VALUE, value);
        out.flush();
        return bytes.toByteArray();
    }

    @Override
    public Message decode(byte[] bytes) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            Map<String, String> headers = new TreeMap<>();
            byte[] body = new byte[0];
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case HEADER -> readEntry(in.readByteArray(), headers);
                    case BODY -> body = in.readByteArray();
                    default -> in.skipField(tag);
                }
            }
            return Message.of(headers, body);
        } catch (IOException e) {
            throw new BusException("these bytes are no protobuf: " + e.getMessage(), e);
        }
    }

    /** What an entry leaves out is the empty text. */
    private static void readEntry(byte[] bytes, Map<String, String> headers) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case KEY -> key = in.readStringRequireUtf8();
                case VALUE -> value = in.readStringRequireUtf8();
                default -> in.skipField(tag);
            }
        }
        headers.put(key, value);
    }
}
