package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.YesOrNo;
import java.net.InetSocketAddress;

/** The section {@code controller.admission}: the judgement of changes before they are stored. */
final class AdmissionSection {

  private static final Scalar<Config.Admission.Strictness> MODE =
      Scalar.of(
          "mode",
          Choice.ofLowerCase(Config.Admission.Strictness.values()),
          "'off'",
          "What becomes of changes that would cut running pods off from DNS: `warn` answers with"
              + " warnings, `deny` refuses them. The label `dnsonde.github.io/admission` of a"
              + " Namespace overrides it there. `off`: no webhook.");
  private static final Scalar<InetSocketAddress> LISTEN =
      Scalar.of(
          "listen",
          new ListenAddress(),
          "':9057'",
          "The address of the webhook, with TLS. Without a host: all addresses.");
  private static final Scalar<Boolean> DENY_DRY_RUN =
      Scalar.of(
          "deny-dry-run",
          new YesOrNo(),
          "false",
          "Whether `deny` also refuses dry runs. Otherwise these get warnings.");
  private static final Scalar<Config.Admission.Overriding> OVERRIDE =
      Scalar.of(
          "override",
          Choice.ofLowerCase(Config.Admission.Overriding.values()),
          "anyone",
          "Who may override a refusal with an annotation that gives a reason: `anyone`, `nobody`,"
              + " or whoever passes a SubjectAccessReview (`reviewed`: verb `override` of"
              + " `networkpolicies` in apiGroup `dnsonde.github.io`).");
  private static final Section<LabelSelector> NAMESPACES =
      LabelSelectorSection.of(
          "namespace-selector",
          "{}",
          "Labels of the namespaces whose changes are judged. The same as in the"
              + " ValidatingWebhookConfiguration. The API server does not ask about other"
              + " namespaces, so changes there do not count as slipped through.");
  private static final Scalar<String> WEBHOOK =
      Scalar.of(
          "webhook-configuration",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde-controller"),
          "dnsonde-controller",
          "ValidatingWebhookConfiguration whose `caBundle` the controller sets. It must exist.");
  private static final Scalar<String> LEASE =
      Scalar.of(
          "lease",
          new ObjectName(1, ObjectName.MAX_SUBDOMAIN, "dnsonde-controller-admission"),
          "dnsonde-controller-admission",
          "Lease in the controller's namespace that shows until when it judged changes. It must"
              + " exist.");

  static final Section<Config.Admission> SECTION =
      Section.of(
          "admission",
          AdmissionSection::make,
          MODE,
          LISTEN,
          DENY_DRY_RUN,
          OVERRIDE,
          NAMESPACES,
          WEBHOOK,
          LEASE);

  private AdmissionSection() {}

  private static Config.Admission make(Values in) {
    return new Config.Admission(
        in.get(MODE),
        in.get(LISTEN),
        in.get(DENY_DRY_RUN),
        in.get(OVERRIDE),
        in.get(NAMESPACES),
        in.get(WEBHOOK),
        in.get(LEASE));
  }
}
