package dev.chaski.server.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Wraps the older forms of a private key into PKCS#8, the only one that the JDK reads. In DER:
 *
 * <pre>{@code
 * PKCS#8: SEQUENCE { INTEGER 0, SEQUENCE { OID algorithm, parameters }, OCTET STRING { the older form } }
 * SEC 1:  SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID curve }, [1] { public key } }
 * }</pre>
 */
final class PrivateKeyFormat {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int CURVE = 0xA0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    /** SEQUENCE { OID 1.2.840.113549.1.1.1 (RSA), NULL }. */
    private static final byte[] RSA = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** OID 1.2.840.10045.2.1 (a key on an elliptic curve). */
    private static final byte[] EC_OID = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private PrivateKeyFormat() {}

    static byte[] pkcs8FromPkcs1(byte[] der) {
        return element(SEQUENCE, VERSION_0, RSA, element(OCTET_STRING, der));
    }

    static byte[] pkcs8FromSec1(byte[] der) {
        byte[] algorithm = element(SEQUENCE, EC_OID, curve(der));
        return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, der));
    }

    private static byte[] curve(byte[] der) {
        try {
            ByteBuffer in = ByteBuffer.wrap(der);
            in.get();
            length(in);
            while (in.hasRemaining()) {
                int tag = in.get() & 0xFF;
                int length = length(in);
                if (tag == CURVE) {
                    return Arrays.copyOfRange(der, in.position(), in.position() + length);
                }
                in.position(in.position() + length);
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not the DER form of an EC private key", e);
        }
        throw new IllegalArgumentException("the EC private key does not name its curve");
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = length << 8 | in.get() & 0xFF;
        }
        return length;
    }

    private static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }
}
