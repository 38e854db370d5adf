package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Pod;
import java.util.Optional;

/**
 * Reads pods without the parts that no policy looks at: a change of these alone leaves the record
 * as it is.
 */
final class SlimPods implements Translation<Pod> {

  private final Translation<Pod> pods;

  /** Creates one that keeps the ports of one namespace's pods, that of the cluster's DNS. */
  SlimPods(String dnsNamespace) {
    this.pods = PodTranslation.withPortsOf(dnsNamespace);
  }

  @Override
  public Mask mask() {
    return pods.mask();
  }

  @Override
  public Item<Pod> read(StreamedObject object) {
    return switch (pods.read(object)) {
      case Item.Read<Pod>(Pod pod) -> new Item.Read<>(slim(pod));
      case Item.Unread<Pod> unread -> unread;
    };
  }

  private static Pod slim(Pod pod) {
    return new Pod(
        pod.namespace(),
        pod.name(),
        pod.node(),
        pod.owner(),
        pod.labels(),
        pod.addresses(),
        pod.hostNetwork(),
        Optional.empty(),
        pod.phase(),
        true,
        pod.deleting(),
        pod.created(),
        Optional.empty(),
        pod.dns(),
        pod.ports(),
        Pod.Starts.UNKNOWN,
        pod.serviceAccount().map(String::intern)); // pods share a few
  }
}
