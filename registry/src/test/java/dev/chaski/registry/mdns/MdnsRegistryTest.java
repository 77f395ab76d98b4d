package dev.chaski.registry.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryContract;
import dev.chaski.registry.Service;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

/** On the loopback interface, so nothing leaves the machine. */
class MdnsRegistryTest extends RegistryContract {
    private static final URI LOOPBACK = URI.create("mdns://127.0.0.1");
    private static final String BROKER = "micro.http.broker";

    @Override
    protected Registry open() {
        return Registry.open(LOOPBACK);
    }

    @Test
    void theRecordsAreThoseOfGoMicro() throws IOException {
        Node node = new Node("orders-1", "10.0.0.7:4150", Map.of("topic", "orders"));
        Message sent = new Message(MdnsFormat.answer(MdnsFormat.records(Service.of(BROKER, "A", node), node, 120))
                .toWire());
        List<Record> records = sent.getSection(Section.ANSWER);
        assertThat(records.get(0)).isInstanceOfSatisfying(PTRRecord.class, pointer -> {
            assertThat(pointer.getName()).hasToString("micro.http.broker.micro.");
            assertThat(pointer.getTarget()).hasToString("orders-1.micro.http.broker.micro.");
            assertThat(pointer.getTTL()).isEqualTo(120);
        });
        assertThat(records.get(1)).isInstanceOfSatisfying(SRVRecord.class, place -> {
            assertThat(place.getPriority()).isEqualTo(10);
            assertThat(place.getWeight()).isEqualTo(1);
            assertThat(place.getPort()).isEqualTo(4150);
        });
        assertThat(((ARecord) records.get(2)).getAddress().getHostAddress()).isEqualTo("10.0.0.7");
        String hex = String.join("", ((TXTRecord) records.get(3)).getStrings());
        byte[] json =
                new InflaterInputStream(new ByteArrayInputStream(HexFormat.of().parseHex(hex))).readAllBytes();
        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo("{\"Metadata\":{\"topic\":\"orders\"},\"Service\":\"micro.http.broker\",\"Version\":\"A\","
                        + "\"Endpoints\":null}");
    }

    @Test
    void aNodeThatGoMicroAnnouncesIsFoundAndGoesWithItsGoodbye() throws IOException {
        String service = "svc-" + UUID.randomUUID();
        try (Registry registry = open();
                DatagramSocket foreign =
                        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            send(foreign, foreignAnnouncement(service, 120));
            await().until(() -> registry.find(service).size() == 1);
            assertThat(registry.find(service).getFirst())
                    .isEqualTo(Service.of(service, "1.0", new Node("n1", "10.1.2.3:99", Map.of("k", "v"))));
            send(foreign, foreignAnnouncement(service, 0));
            await().until(() -> registry.find(service).isEmpty());
        }
    }

    private static Message foreignAnnouncement(String service, int ttlS) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(("{\"Metadata\":{\"k\":\"v\"},\"Service\":\"" + service
                            + "\",\"Version\":\"1.0\",\"Endpoints\":null}")
                    .getBytes(StandardCharsets.UTF_8));
        }
        Name name = Name.fromString("n1." + service + ".micro.");
        Name host = Name.fromString("somehost.");
        return MdnsFormat.answer(List.of(
                new PTRRecord(Name.fromString(service + ".micro."), DClass.IN, ttlS, name),
                new SRVRecord(name, DClass.IN, ttlS, 10, 1, 99, host),
                new ARecord(host, DClass.IN, ttlS, InetAddress.getByName("10.1.2.3")),
                new TXTRecord(name, DClass.IN, ttlS, List.of(HexFormat.of().formatHex(bytes.toByteArray())))));
    }

    private static void send(DatagramSocket socket, Message message) throws IOException {
        byte[] bytes = message.toWire();
        socket.setOption(
                StandardSocketOptions.IP_MULTICAST_IF,
                NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()));
        socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("224.0.0.251"), 5353));
    }

    @Test
    void aQuestionFromAPortOfItsOwnIsAnsweredThereWithItsNumber() throws IOException {
        String service = "svc-" + UUID.randomUUID();
        try (Registry registry = open();
                DatagramSocket asking =
                        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            registry.register(Service.of(service, "1", new Node("n1", "127.0.0.1:4150", Map.of())));
            Message query = new Message(MdnsFormat.query(MdnsNames.service(service)));
            query.getHeader().setID(4711);
            asking.setSoTimeout(10_000);
            send(asking, query);
            DatagramPacket packet = new DatagramPacket(new byte[9_000], 9_000);
            asking.receive(packet);
            Message answer = new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            assertThat(answer.getHeader().getID()).isEqualTo(4711);
            assertThat(answer.getSection(Section.ANSWER)).hasSize(4);
        }
    }

    @Test
    void aNodeThatIsNotToldAgainIsForgotten() throws IOException {
        AtomicLong nowNs = new AtomicLong();
        Sightings sightings = new Sightings(nowNs::get);
        sightings.heard(
                MdnsFormat.sightings(foreignAnnouncement("s", 4_000_000), new InetSocketAddress("10.0.0.1", 1)),
                Map.of());
        sightings.expire();
        assertThat(sightings.find("s")).hasSize(1);
        nowNs.addAndGet(120_000_000_001L);
        sightings.expire();
        assertThat(sightings.find("s")).isEmpty();
    }

    @Test
    void whatIsNoRecordOfOursIsPassedOver() throws IOException {
        Name name = Name.fromString("printer._ipp._tcp.local.");
        Message printer = MdnsFormat.answer(List.of(
                new SRVRecord(name, DClass.IN, 120, 0, 0, 631, Name.fromString("printer.local.")),
                new TXTRecord(name, DClass.IN, 120, List.of("rp=print", "ff"))));
        assertThat(MdnsFormat.sightings(printer, new InetSocketAddress("10.0.0.1", 5353)))
                .isEmpty();
    }
}
