package com.alumoutreach.analytics.dashboard;

import com.alumoutreach.analytics.kpi.Kpis;
import java.util.List;

/** Finds what is to be done from the figures. Every bean of this type is asked: a new rule is a new bean. */
public interface NextActionRule {
    /** None when its condition does not hold; several for several campaigns. */
    List<NextAction> of(Kpis kpis);
}
