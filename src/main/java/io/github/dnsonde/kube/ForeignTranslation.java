package io.github.dnsonde.kube;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.ForeignPolicyReader;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads policies of another kind, as far as needed to know which pods they may concern and in which
 * direction. Metadata alone is not enough for that. A policy that is not understood, or is too
 * large, may decide everything in its reach. Where rules are judged, the names of other fields are
 * kept: a rule with a field that is not known here may mean something else.
 */
final class ForeignTranslation implements Translation<ForeignPolicy> {

  private static final String METADATA = "metadata(namespace,name,resourceVersion,generation)";

  private static final String SELECTOR = "(matchLabels*,matchExpressions(key,operator,values))";

  /** The rules of network-policy-api's kinds. */
  private static final String ADMIN_PEER =
      "(+,namespaces%1$s,pods(podSelector%1$s,namespaceSelector%1$s),nodes%1$s,networks,domainNames)"
          .formatted(SELECTOR);

  private static final String ADMIN_PORTS =
      ("ports(+,portNumber(protocol,port),namedPort,portRange(protocol,start,end)),"
              + "protocols(+,tcp%1$s,udp%1$s,sctp%1$s,destinationNamedPort)")
          .formatted("(+,destinationPort(+,number,range(start,end)))");

  private static final Mask ADMIN =
      Mask.of(
          METADATA
              + (",spec(+,tier,priority,"
                      + "[egress(+,action,to%2$s,%3$s)],[ingress(+,action,from%2$s,%3$s)],"
                      + "[subject(namespaces%1$s,pods(podSelector%1$s,namespaceSelector%1$s))])")
                  .formatted(SELECTOR, ADMIN_PEER, ADMIN_PORTS));

  private static final String CALICO_ENTITY =
      "(+,selector,notSelector,namespaceSelector,serviceAccounts(names,selector),nets,notNets,ports,"
          + "notPorts,services(name,namespace),domains)";

  private static final String CALICO_RULE =
      "(+,action,ipVersion,protocol,notProtocol,icmp(type),http(methods),source%1$s,destination%1$s)"
          .formatted(CALICO_ENTITY);

  private static final Mask CALICO =
      Mask.of(
          "metadata(namespace,name,resourceVersion,generation,[labels*]),"
              + "spec(+,tier,order,types,[selector],[namespaceSelector],serviceAccountSelector,"
              + "doNotTrack,preDNAT,applyOnForward,defaultAction,[nets],[allowedEgressDomains],"
              + "[ingress%1$s],[egress%1$s])".formatted(CALICO_RULE));

  /** The fields of kinds whose rules are not judged. */
  private static final Mask UNJUDGED =
      Mask.of(
          METADATA
              + (",spec([egress(action)],[ingress(action)],[policyTypes],tier,[podSelector%1$s],"
                      + "[appliedTo(podSelector%1$s,namespaceSelector%1$s)],"
                      + "[subject(namespaces%1$s,pods(podSelector%1$s,namespaceSelector%1$s))])")
                  .formatted(SELECTOR));

  /** The rules of Cilium's kinds. */
  private static final String CILIUM_PEERS =
      ("%2$sEndpoints%1$s,%2$sRequires%1$s,%2$sEntities,%2$sCIDR,"
              + "%2$sCIDRSet(cidr,except,cidrGroupRef,cidrGroupSelector%1$s),"
              + "%2$sServices(k8sService(serviceName,namespace),"
              + "k8sServiceSelector(selector%1$s,namespace)),"
              + "%2$sGroups(aws(region)),%2$sNodes%1$s,%2$sFQDNs(matchName,matchPattern)")
          .formatted(SELECTOR, "%1$s");

  private static final String CILIUM_RULE =
      "(+,"
          + CILIUM_PEERS
          + ",toPorts(+,ports(+,port,endPort,protocol),"
          + "rules(dns(matchName,matchPattern),http(method),kafka(topic),l7proto,l7*),"
          + "terminatingTLS(secret(name)),originatingTLS(secret(name)),serverNames,listener(name)),"
          + "icmps(fields(type)),authentication(mode))";

  private static final String CILIUM_SPEC =
      "(+,[endpointSelector%1$s],[nodeSelector%1$s],enableDefaultDeny(ingress,egress),"
              .formatted(SELECTOR)
          + Stream.of("egress", "ingress")
              .flatMap(name -> Stream.of(name, name + "Deny"))
              .map(name -> "[" + name + CILIUM_RULE.formatted(prefix(name)) + "]")
              .collect(joining(","))
          + ")";

  private static final Mask CILIUM =
      Mask.of(METADATA + ",spec" + CILIUM_SPEC + ",specs" + CILIUM_SPEC);

  private static String prefix(String section) {
    return section.startsWith("egress") ? "to" : "from";
  }

  private final PolicyKind kind;
  private final SharedParts parts = new SharedParts();

  ForeignTranslation(PolicyKind kind) {
    this.kind = kind;
  }

  @Override
  public Mask mask() {
    if (kind.isForAdministrators()) {
      return ADMIN;
    }
    if (kind.group().equals(PolicyKind.CILIUM)) {
      return CILIUM;
    }
    return kind.isOfCalico() ? CALICO : UNJUDGED;
  }

  @Override
  public Item<ForeignPolicy> read(StreamedObject object) {
    if (!object.cut().isEmpty()) {
      return unread(object, tooLarge(object.cut().first()));
    }
    try {
      return new Item.Read<>(
          parts.of(
              ForeignPolicyReader.read(kind, object.fields())
                  .revised(revision(object.metadata()))));
    } catch (RuntimeException why) {
      return unread(object, String.valueOf(why.getMessage()));
    }
  }

  private static String tooLarge(String path) {
    return (path.isEmpty() ? "the object" : path) + " is too large";
  }

  private Item<ForeignPolicy> unread(StreamedObject object, String why) {
    Fields metadata = object.metadata();
    return new Item.Unread<>(
        why,
        Optional.of(
            ForeignPolicy.unread(
                    kind,
                    kind.namespaced() ? metadata.text("namespace") : Optional.empty(),
                    Optional.of(metadata.text("name").orElse("")))
                .revised(revision(metadata))));
  }

  /** A change of the status is no change of the rules. */
  private static String revision(Fields metadata) {
    return metadata
        .number("generation")
        .map(String::valueOf)
        .or(() -> metadata.text("resourceVersion"))
        .orElse("");
  }
}
