package dev.chaski.registry.mdns;

import dev.chaski.registry.Node;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * The records of a node, as Go Micro sends them:
 *
 * <pre>
 *   SERVICE.micro.       PTR  NODE.SERVICE.micro.
 *   NODE.SERVICE.micro.  SRV  10 1 PORT HOST.
 *   HOST.                A    ADDRESS              (AAAA for IPv6)
 *   NODE.SERVICE.micro.  TXT  what {@link TxtFormat} says
 * </pre>
 *
 * all with a time to live of 120 seconds, or 0 where the node goes. HOST is the node's own name here, so that nodes of one
 * machine may have different addresses; readers follow the SRV record.
 */
final class MdnsFormat {
    static final int TTL_S = 120;
    private static final Logger LOG = LoggerFactory.getLogger(MdnsFormat.class);
    private static final int PRIORITY = 10;
    private static final int WEIGHT = 1;
    /** What Go Micro says of the entry that only lists a service. */
    private static final int LISTING_PORT = 9999;

    private MdnsFormat() {}

    /** A node that was told of, or that goes where ttlS is 0. */
    record Sighting(Name name, Service service, long ttlS) {}

    static byte[] query(Name name) {
        Message query = new Message(0);
        query.getHeader().unsetFlag(Flags.RD);
        query.addRecord(Record.newRecord(name, Type.PTR, DClass.IN), Section.QUESTION);
        return query.toWire();
    }

    /** An answer to everybody, to nobody's question. */
    static Message answer(List<Record> records) {
        Message answer = new Message(0);
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        records.forEach(record -> answer.addRecord(record, Section.ANSWER));
        return answer;
    }

    static List<Record> records(Service service, Node node, int ttlS) {
        String label = MdnsNames.label(service.name(), node.id());
        Name name = MdnsNames.node(service.name(), label);
        List<Record> records = new ArrayList<>();
        records.add(new PTRRecord(MdnsNames.service(service.name()), DClass.IN, ttlS, name));
        addAddress(records, name, node, ttlS);
        boolean isShortened = !label.equals(node.id());
        records.add(new TXTRecord(name, DClass.IN, ttlS, TxtFormat.encode(service, node, isShortened)));
        return records;
    }

    private static void addAddress(List<Record> records, Name name, Node node, int ttlS) {
        InetAddress address;
        try {
            address = InetAddress.getByName(node.host());
        } catch (UnknownHostException e) {
            throw new RegistryException("the address of node " + node.id() + " is unknown: " + node.address(), e);
        }
        records.add(new SRVRecord(name, DClass.IN, ttlS, PRIORITY, WEIGHT, node.port(), name));
        records.add(
                address instanceof Inet6Address
                        ? new AAAARecord(name, DClass.IN, ttlS, address)
                        : new ARecord(name, DClass.IN, ttlS, address));
    }

    static List<Record> listing(String service) {
        Name name = MdnsNames.listing(service);
        return List.of(
                new PTRRecord(MdnsNames.listing(), DClass.IN, TTL_S, name),
                new SRVRecord(name, DClass.IN, TTL_S, PRIORITY, WEIGHT, LISTING_PORT, name));
    }

    /** The nodes that a message tells of; what is not of Go Micro's form is left out. */
    static List<Sighting> sightings(Message message, InetSocketAddress sender) {
        Map<Name, SRVRecord> places = new LinkedHashMap<>();
        Map<Name, TXTRecord> texts = new LinkedHashMap<>();
        Map<Name, InetAddress> addresses = new LinkedHashMap<>();
        for (Record record : all(message)) {
            switch (record) {
                case SRVRecord place -> places.put(place.getName(), place);
                case TXTRecord text -> texts.put(text.getName(), text);
                case ARecord address -> addresses.put(address.getName(), address.getAddress());
                case AAAARecord address -> addresses.putIfAbsent(address.getName(), address.getAddress());
                default -> {}
            }
        }
        List<Sighting> sightings = new ArrayList<>();
        places.forEach((name, place) -> {
            TXTRecord text = texts.get(name);
            if (text != null && !text.getStrings().isEmpty()) {
                InetAddress address = addresses.getOrDefault(place.getTarget(), sender.getAddress());
                addSighting(sightings, place, text, address);
            }
        });
        return sightings;
    }

    private static void addSighting(List<Sighting> sightings, SRVRecord place, TXTRecord text, InetAddress address) {
        try {
            TxtFormat.Txt txt = TxtFormat.decode(text.getStringsAsByteArrays());
            String id = txt.id().isEmpty() ? MdnsNames.id(place.getName(), txt.service()) : txt.id();
            if (id.isEmpty()) {
                return;
            }
            String host = address.getHostAddress();
            String at = (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + place.getPort();
            Service service = Service.of(txt.service(), txt.version(), new Node(id, at, txt.metadata()));
            sightings.add(new Sighting(place.getName(), service, Math.min(place.getTTL(), text.getTTL())));
        } catch (IOException e) {
            LOG.debug("record ignored name={} error=\"{}\"", place.getName(), e.toString());
        }
    }

    /** The services that a message lists, and for how many seconds. */
    static Map<String, Long> listings(Message message) {
        Map<String, Long> listings = new LinkedHashMap<>();
        for (Record record : all(message)) {
            if (record instanceof PTRRecord pointer && pointer.getName().equals(MdnsNames.listing())) {
                String service = MdnsNames.id(pointer.getTarget(), "_services");
                if (!service.isEmpty()) {
                    listings.put(service, pointer.getTTL());
                }
            }
        }
        return listings;
    }

    private static List<Record> all(Message message) {
        List<Record> records = new ArrayList<>(message.getSection(Section.ANSWER));
        records.addAll(message.getSection(Section.ADDITIONAL));
        return records;
    }
}
