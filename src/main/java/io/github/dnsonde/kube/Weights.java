package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.PolicyRules;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The approximate memory of the cluster's records in octets, rather overestimated. */
final class Weights {

  /** A small record, or an entry of a list or a map. */
  private static final long RECORD = 32;

  /** A text without its characters. */
  private static final long TEXT = 40;

  /** A block of addresses, IPv6 or not. */
  private static final long BLOCK = 128;

  private Weights() {}

  /** The weight of a policy, whether its rules are known or not. */
  static long of(KnownPolicy policy) {
    return policy.declaration().map(Weights::of).orElse(0L)
        + switch (policy) {
          case KnownPolicy.Judged(NetworkPolicy judged, _) -> of(judged);
          case KnownPolicy.Unjudged(var unjudged, _) ->
              8 * RECORD + unjudged.selects().map(Weights::of).orElse(0L);
        };
  }

  private static long of(NetworkPolicy policy) {
    return of(policy.selects())
        + Stream.of(policy.ingress(), policy.egress())
            .flatMap(Optional::stream)
            .flatMap(List::stream)
            .mapToLong(Weights::of)
            .sum();
  }

  /** The weight of one version of a policy or of a Namespace. */
  static long of(AdmissionRequest.Version version) {
    return 8 * RECORD
        + switch (version) {
          case AdmissionRequest.PolicyVersion(var policy, var declaration, String ignores) ->
              policy.map(Weights::of).orElse(0L)
                  + declaration.map(Weights::of).orElse(0L)
                  + text(ignores);
          case AdmissionRequest.NamespaceVersion(
                  Labels labels,
                  var declaration,
                  String ignores,
                  _) ->
              of(labels) + declaration.map(Weights::of).orElse(0L) + text(ignores);
        };
  }

  /** The weight of a policy of another kind. */
  static long of(ForeignPolicy policy) {
    return 8 * RECORD
        + text(policy.revision())
        + policy.name().map(Weights::text).orElse(0L)
        + policy.namespace().map(Weights::text).orElse(0L)
        + policy.rules().map(Weights::of).orElse(0L)
        + of(policy.subject());
  }

  /** The weight of the pods that a policy of another kind is for. */
  static long of(ForeignPolicy.Subject subject) {
    return Stream.of(subject.pods(), subject.namespaces())
        .flatMap(List::stream)
        .mapToLong(Weights::of)
        .sum();
  }

  private static long of(PolicyRules rules) {
    return switch (rules) {
      case AdminRules admin ->
          3 * RECORD
              + of(admin.subject())
              + Stream.of(admin.ingress(), admin.egress())
                  .flatMap(List::stream)
                  .mapToLong(Weights::of)
                  .sum();
      case CiliumRules cilium -> RECORD + cilium.specs().stream().mapToLong(Weights::of).sum();
      case CalicoRules calico -> of(calico);
      case CiliumSettings _ -> RECORD;
      case CalicoRules.Tier _ -> RECORD;
      case CalicoRules.NetworkSet set -> 2 * RECORD + of(set.labels()) + BLOCK * set.nets().size();
    };
  }

  private static long of(CiliumRules.Spec spec) {
    return 5 * RECORD
        + of(spec.subject())
        + Stream.of(spec.ingress(), spec.egress())
            .flatMap(section -> Stream.of(section.allowed(), section.denied()))
            .flatMap(List::stream)
            .mapToLong(Weights::of)
            .sum();
  }

  /** The weight of a part. */
  static long of(CiliumRules.Traffic rule) {
    return 3 * RECORD
        + of(rule.peers())
        + rule.ports().stream().flatMap(List::stream).mapToLong(Weights::of).sum();
  }

  private static long of(CiliumRules.Peers peers) {
    return RECORD
        + switch (peers) {
          case CiliumRules.Peers.Endpoints(var selectors) ->
              selectors.stream().mapToLong(Weights::of).sum();
          case CiliumRules.Peers.Blocks(var blocks, _) ->
              blocks.stream().mapToLong(block -> BLOCK * (1 + block.except().size())).sum();
          case CiliumRules.Peers.Services(var services) ->
              services.stream().mapToLong(Weights::of).sum();
          case CiliumRules.Peers.Entities(var entities) -> 2 * RECORD + 8L * entities.size();
          case CiliumRules.Peers.Everything _,
              CiliumRules.Peers.Nothing _,
              CiliumRules.Peers.Domains _,
              CiliumRules.Peers.Nodes _ ->
              0;
        };
  }

  private static long of(CiliumRules.ServiceReference service) {
    return 2 * RECORD
        + Stream.of(service.name(), service.namespace())
            .flatMap(Optional::stream)
            .mapToLong(text -> RECORD / 2 + text(text))
            .sum();
  }

  private static long of(CiliumRules.Port port) {
    long names =
        port.filter() instanceof CiliumRules.Filter.Names(var all)
            ? all.stream().mapToLong(name -> RECORD + text(name.text())).sum()
            : 0;
    return 4 * RECORD + named(port.first()) + names;
  }

  private static long of(CalicoRules rules) {
    return 4 * RECORD
        + (rules.tier().equals(CalicoRules.DEFAULT_TIER) ? 0 : text(rules.tier()))
        + of(rules.selects())
        + Stream.of(rules.ingress(), rules.egress())
            .flatMap(List::stream)
            .mapToLong(Weights::of)
            .sum();
  }

  /** The weight of a rule. */
  static long of(CalicoRules.Rule rule) {
    return RECORD
        + RECORD / 4
        + (rule.protocols().equals(CalicoRules.EVERY_PROTOCOL) ? 0 : RECORD)
        + of(rule.source())
        + of(rule.destination());
  }

  private static long of(CalicoRules.Entity entity) {
    if (entity.equals(CalicoRules.Entity.EVERY)) {
      return 0; // rules share it
    }
    return 2 * RECORD
        + Stream.of(entity.selector(), entity.notSelector())
            .flatMap(Optional::stream)
            .mapToLong(Weights::of)
            .sum()
        + BLOCK * (entity.nets().size() + entity.notNets().size())
        + Stream.of(entity.ports(), entity.notPorts())
            .flatMap(List::stream)
            .mapToLong(Weights::of)
            .sum()
        + entity
            .service()
            .map(service -> 2 * RECORD + text(service.namespace()) + text(service.name()))
            .orElse(0L);
  }

  private static long of(CalicoRules.Port port) {
    return RECORD
        + switch (port) {
          case CalicoRules.Port.Range _ -> 0;
          case CalicoRules.Port.Named(String name) -> text(name);
        };
  }

  /** The weight of a part. */
  static long of(LabelExpression expression) {
    return switch (expression) {
      case LabelExpression.Has has -> RECORD + text(has.key());
      case LabelExpression.In in -> RECORD + text(in.key()) + texts(in.values());
      case LabelExpression.Part part -> 2 * RECORD + text(part.key()) + text(part.text());
      case LabelExpression.Not not -> RECORD + of(not.other());
      case LabelExpression.And and -> RECORD + sum(and.parts());
      case LabelExpression.Or or -> RECORD + sum(or.parts());
    };
  }

  private static long sum(List<LabelExpression> parts) {
    return parts.stream().mapToLong(Weights::of).sum();
  }

  private static long of(AdminRules.Selection selection) {
    return RECORD + of(selection.namespaces()) + of(selection.pods());
  }

  /** The weight of a part. */
  static long of(AdminRules.Rule rule) {
    return 2 * RECORD
        + rule.peers().stream().mapToLong(Weights::of).sum()
        + rule.ports().stream().mapToLong(_ -> RECORD).sum()
        + rule.ports().stream().flatMap(List::stream).mapToLong(Weights::of).sum();
  }

  private static long of(AdminRules.Port port) {
    return RECORD
        + switch (port) {
          case AdminRules.Port.Named(String name) -> text(name);
          case AdminRules.Port.Range _, AdminRules.Port.Other _ -> 0;
        };
  }

  private static long of(AdminRules.Peer peer) {
    return switch (peer) {
      case AdminRules.Peer.Pods(var selection) -> RECORD + of(selection);
      case AdminRules.Peer.Networks(var blocks) -> RECORD + BLOCK * blocks.size();
      case AdminRules.Peer.Other _ -> RECORD;
    };
  }

  /** The weight of a Namespace. */
  static long of(KnownNamespace namespace) {
    return of(namespace.labels())
        + namespace.declaration().map(Weights::of).orElse(0L)
        + namespace.ignores().length();
  }

  /** Its texts are bounded; its selector is a policy's, which is counted there. */
  private static long of(Declaration declaration) {
    return 4 * RECORD
        + switch (declaration) {
          case Declaration.NoDns noDns -> text(noDns.reason());
          case Declaration.Invalid invalid -> text(invalid.why());
        };
  }

  /** The weight of labels. */
  static long of(Labels labels) {
    return labels.values().entrySet().stream()
        .mapToLong(label -> RECORD / 2 + text(label.getKey()) + text(label.getValue()))
        .sum();
  }

  private static long of(Rule rule) {
    return 2 * RECORD
        + rule.peers().stream().mapToLong(Weights::of).sum()
        + rule.ports().stream().mapToLong(Weights::of).sum();
  }

  private static long of(Port port) {
    return 2 * RECORD + named(port.port());
  }

  private static long named(Optional<PortReference> port) {
    return port.orElse(null) instanceof PortReference.Named(String name) ? text(name) : 0;
  }

  private static long of(Peer peer) {
    return switch (peer) {
      case Peer.Block block -> RECORD + BLOCK * (1 + block.except().size());
      case Peer.Selected(var pods, var namespaces) ->
          2 * RECORD
              + Stream.of(pods, namespaces).flatMap(Optional::stream).mapToLong(Weights::of).sum();
    };
  }

  /** The weight of a part. */
  static long of(LabelSelector selector) {
    return RECORD
        + of(new Labels(selector.matchLabels()))
        + selector.matchExpressions().stream()
            .mapToLong(each -> 2 * RECORD + text(each.key()) + texts(each.values()))
            .sum();
  }

  private static long texts(Collection<String> texts) {
    return texts.stream().mapToLong(text -> RECORD / 2 + text(text)).sum();
  }

  /** Most texts take one octet a character. */
  private static long text(String text) {
    return TEXT + text.length();
  }
}
