package io.github.dnsonde.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TimelineJsonTest {

  @Test
  void aTimelineOfAnEarlierVersionHasPoliciesAlways() throws IOException {
    StringWriter json = new StringWriter();
    TimelineJson.write(SampleReports.timeline(), json);
    JsonObject earlier = JsonParser.parseString(json.toString()).getAsJsonObject();
    earlier.remove("policies");
    Timeline read = TimelineJson.read(new StringReader(earlier.toString()));
    assertEquals(PolicySight.ALWAYS, read.policies());
    assertEquals(SampleReports.timeline().entries(), read.entries());
  }
}
