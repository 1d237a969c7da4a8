package com.alumoutreach.contracts.segment;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code segment}. */
public sealed interface SegmentEvent extends Event
        permits SegmentCreated,
                SegmentUpdated,
                SegmentDeleted,
                SegmentEvaluated,
                SegmentMemberAdded,
                SegmentMemberRemoved {}
