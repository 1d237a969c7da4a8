package com.alumoutreach.suite.demo;

import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.terminal.Terminal;

final class DemoStages {
    DemoStages(AlumClient api, Terminal terminal, String tenant) {}
    long importContacts() { return 0; }
    long makeSegment() { return 0; }
    boolean makeTemplate() { return true; }
    long sendCampaign() { return 0; }
}
