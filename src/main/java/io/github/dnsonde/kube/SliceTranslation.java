package io.github.dnsonde.kube;

import io.github.dnsonde.kube.Slice.Member;
import io.github.dnsonde.kube.Slice.Port;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.manifest.Ports;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads EndpointSlices (Kubernetes API reference, EndpointSlice v1). */
final class SliceTranslation {

  static final Translation<Slice> TRANSLATION =
      Translation.of(
          "metadata(namespace,name,resourceVersion),"
              + "[endpoints(addresses,conditions(ready),targetRef(kind,name))],"
              + "[ports(name,port,protocol)]",
          SliceTranslation::read);

  private SliceTranslation() {}

  private static Slice read(StreamedObject slice) {
    slice.requireWhole(_ -> true);
    Fields object = slice.fields();
    return new Slice(
        object.objects("endpoints").flatMap(SliceTranslation::members).toList(),
        object.objects("ports").flatMap(port -> port(port).stream()).toList());
  }

  private static Stream<Member> members(Fields endpoint) {
    boolean ready = endpoint.object("conditions").flag("ready").orElse(true); // default of the API
    Fields target = endpoint.object("targetRef");
    Optional<String> pod =
        target.text("kind").filter("Pod"::equals).flatMap(kind -> target.text("name"));
    return endpoint.texts("addresses").stream()
        .flatMap(text -> Literal.address(text).stream())
        .map(address -> new Member(address, ready, pod));
  }

  private static Optional<Port> port(Fields port) {
    return Ports.knownProtocol(port)
        .flatMap(
            protocol ->
                port.number("port")
                    .map(number -> new Port(port.text("name").orElse(""), number, protocol)));
  }
}
