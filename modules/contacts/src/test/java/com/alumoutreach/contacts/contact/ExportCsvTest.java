package com.alumoutreach.contacts.contact;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** An export that opens in a spreadsheet computes nothing. */
class ExportCsvTest {
    @Test
    void everyValueHasItsPlaceAndNoneIsAFormula() throws JsonProcessingException {
        ObjectNode export = (ObjectNode) EventCodec.mapper().readTree("""
                {"contactId":"c-1","services":{"contacts":{"contacts":[{"first_name":"=HYPERLINK(1)","phone":"+1202",
                  "emails":["a,b","@sum"],"attributes":{"-x":{"deep":"\\tx"},"n":-1},"none":null,"empty":{}}]}},
                 "missing":["pipeline"]}""");

        assertThat(ExportCsv.of(export).lines())
                .containsExactly(
                        "service,table,row,field,value",
                        "contacts,contacts,1,first_name,'=HYPERLINK(1)",
                        "contacts,contacts,1,phone,'+1202",
                        "contacts,contacts,1,emails[0],\"a,b\"",
                        "contacts,contacts,1,emails[1],'@sum",
                        "contacts,contacts,1,attributes.-x.deep,'\tx",
                        "contacts,contacts,1,attributes.n,'-1",
                        "contacts,contacts,1,empty,{}",
                        "pipeline,,,missing,did not answer");
    }
}
