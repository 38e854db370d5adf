package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadNameTest {

  @ParameterizedTest
  @CsvSource({
    "Deployment, web, web",
    "StatefulSet, db, db",
    "DaemonSet, logs, logs",
    "CronJob, nightly, nightly",
    "ReplicaSet, old-7d4b9c6f5, old-7d4b9c6f5",
    "Job, import-x2x9q, job",
    "Workflow, etl-7hq2z, job",
    "TaskRun, build-4711, job",
    "Node, node-1, pod",
    "Pod, spark-driver-1, pod",
    "Rollout, shop, shop"
  })
  void ownerGivesTheName(String kind, String owner, String expected) {
    assertEquals(
        expected, WorkloadName.of(pod("shop", "a", "10.244.1.2").ownedBy(kind, owner).build()));
  }

  @Test
  void barePodHasNoOwnName() {
    assertEquals("pod", WorkloadName.of(pod("shop", "a", "10.244.1.2").build()));
  }
}
