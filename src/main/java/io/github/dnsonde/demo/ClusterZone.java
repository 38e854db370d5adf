package io.github.dnsonde.demo;

import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The zones of a small cluster's DNS: services under {@code cluster.local.} with authority (<a
 * href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS-Based
 * Service Discovery</a>), {@code example.com.} as if from an upstream, and nothing else. {@code
 * large.example.com.} does not fit into a usual datagram, and every name below {@code
 * any.example.com.} exists. All addresses are for documentation (RFC 5737, RFC 3849) or those that
 * clusters usually give their services.
 */
final class ClusterZone implements Responder {

  /** Time to live that CoreDNS gives names of the cluster, in seconds. */
  private static final long TTL = 30;

  private static final int MAX_CHAIN = 8;
  private static final int BADVERS = 16;

  private static final Name ANY = Name.fromConstantString("*");
  private static final Name CLUSTER = Name.fromConstantString("cluster.local.");
  private static final Name EXTERNAL = Name.fromConstantString("example.com.");

  private static final Record CLUSTER_AUTHORITY =
      soa(CLUSTER, "ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30");
  private static final Record EXTERNAL_AUTHORITY =
      soa(EXTERNAL, "ns.example.com. hostmaster.example.com. 1 7200 1800 86400 30");
  private static final Record ROOT_AUTHORITY =
      soa(Name.root, "ns.example.net. hostmaster.example.net. 1 7200 1800 86400 30");

  /**
   * Number of addresses of {@code many.example.com.}: too many for any UDP payload below 4,096
   * octets.
   */
  private static final int MANY = 254;

  /**
   * Number of addresses of {@code large.example.com.}: too many for a datagram without fragments,
   * not for one of 4,096 octets.
   */
  private static final int LARGE = 150;

  private final Map<Name, List<Record>> records = new HashMap<>();

  /** Every existing name, including those between a record and its zone's top (RFC 8020). */
  private final Set<Name> names = new HashSet<>(Set.of(CLUSTER, EXTERNAL));

  ClusterZone() {
    add("cluster.local.", "SOA", CLUSTER_AUTHORITY.rdataToString());
    add("dns-version.cluster.local.", "TXT", "\"1.1.0\"");
    add("kubernetes.default.svc.cluster.local.", "A", "10.96.0.1");
    add(
        "_https._tcp.kubernetes.default.svc.cluster.local.",
        "SRV",
        "0 100 443 kubernetes.default.svc.cluster.local.");
    add("kube-dns.kube-system.svc.cluster.local.", "A", "10.96.0.10");
    add("example.com.", "SOA", EXTERNAL_AUTHORITY.rdataToString());
    add("example.com.", "NS", "ns.example.com.");
    add("example.com.", "A", "192.0.2.80");
    add("example.com.", "AAAA", "2001:db8::80");
    add("example.com.", "MX", "10 mail.example.com.");
    add("ns.example.com.", "A", "192.0.2.53");
    add("mail.example.com.", "A", "192.0.2.25");
    add("www.example.com.", "CNAME", "example.com.");
    for (int last = 1; last <= MANY; last++) {
      add("many.example.com.", "A", "198.51.100." + last);
    }
    for (int last = 1; last <= LARGE; last++) {
      add("large.example.com.", "A", "198.51.100." + last);
    }
    add("*.any.example.com.", "A", "192.0.2.81");
  }

  private void add(String owner, String type, String data) {
    Name name = Name.fromConstantString(owner);
    records.computeIfAbsent(name, _ -> new ArrayList<>()).add(record(name, Type.value(type), data));
    for (Name ancestor = name; !names.contains(ancestor); ancestor = new Name(ancestor, 1)) {
      names.add(ancestor);
    }
  }

  private static Record soa(Name name, String data) {
    return record(name, Type.SOA, data);
  }

  private static Record record(Name name, int type, String data) {
    try {
      return Record.fromString(name, type, DClass.IN, TTL, data, Name.root);
    } catch (IOException mistake) {
      throw new UncheckedIOException(mistake);
    }
  }

  @Override
  public void respond(Query query, Sink sink) throws IOException {
    Optional<Message> message = query.message();
    if (message.isEmpty()) {
      refuseGarbage(query.octets(), sink);
    } else if (!message.get().getHeader().getFlag(Flags.QR)) { // never answer an answer
      sink.send(answer(query, message.get()));
    }
  }

  /** Sends FORMERR with only a header, if there is at least an id to answer. */
  private static void refuseGarbage(byte[] octets, Sink sink) throws IOException {
    boolean response = octets.length > 2 && octets[2] < 0; // QR is the highest bit
    if (octets.length < Header.LENGTH || response) {
      return;
    }
    Message refusal = new Message(((octets[0] & 0xff) << 8) | (octets[1] & 0xff));
    refusal.getHeader().setFlag(Flags.QR);
    refusal.getHeader().setRcode(Rcode.FORMERR);
    sink.send(refusal);
  }

  private Message answer(Query query, Message message) {
    OPTRecord edns = message.getOPT();
    if (edns != null && edns.getVersion() > 0) {
      return query.response(BADVERS);
    }
    if (message.getHeader().getOpcode() != Opcode.QUERY) {
      return query.response(Rcode.NOTIMP);
    }
    Optional<Record> question = query.question();
    if (question.isEmpty()) {
      return query.response(Rcode.FORMERR);
    }
    if (question.get().getDClass() != DClass.IN) {
      return query.response(Rcode.REFUSED);
    }
    return answer(query, question.get());
  }

  private Message answer(Query query, Record question) {
    Name name = question.getName();
    Name source = source(name);
    Message response = query.response(names.contains(source) ? Rcode.NOERROR : Rcode.NXDOMAIN);
    if (name.subdomain(CLUSTER)) {
      response.getHeader().setFlag(Flags.AA);
    }
    response.getHeader().setFlag(Flags.RA);
    List<Record> found = find(source, question.getType(), 0);
    found.forEach(record -> response.addRecord(ownedBy(name, source, record), Section.ANSWER));
    if (found.isEmpty()) {
      response.addRecord(authority(name), Section.AUTHORITY); // RFC 2308 §3
    }
    return response;
  }

  /**
   * Returns the wildcard that answers for a name which does not exist: the one below its closest
   * ancestor that exists (RFC 4592 §3.3.1). Otherwise the name itself.
   */
  private Name source(Name name) {
    Name ancestor = name;
    while (!names.contains(ancestor) && ancestor.labels() > 1) {
      ancestor = new Name(ancestor, 1);
    }
    Name wildcard = ancestor.equals(name) ? name : child(ancestor);
    return records.containsKey(wildcard) ? wildcard : name;
  }

  private static Name child(Name ancestor) {
    try {
      return Name.concatenate(ANY, ancestor);
    } catch (NameTooLongException _) {
      return ancestor;
    }
  }

  private static Record ownedBy(Name name, Name source, Record record) {
    return record.getName().equals(source) && !source.equals(name)
        ? Record.newRecord(
            name, record.getType(), DClass.IN, record.getTTL(), record.rdataToWireCanonical())
        : record;
  }

  private List<Record> find(Name name, int type, int followed) {
    List<Record> found = new ArrayList<>();
    for (Record record : records.getOrDefault(name, List.of())) {
      if (record.getType() == type || type == Type.ANY) {
        found.add(record);
      } else if (record instanceof CNAMERecord alias && followed < MAX_CHAIN) {
        found.add(alias);
        found.addAll(find(alias.getTarget(), type, followed + 1));
      }
    }
    return found;
  }

  private static Record authority(Name name) {
    if (name.subdomain(CLUSTER)) {
      return CLUSTER_AUTHORITY;
    }
    return name.subdomain(EXTERNAL) ? EXTERNAL_AUTHORITY : ROOT_AUTHORITY;
  }
}
