/*---
description: How customers ask, per day, region and category.
grain: [date, region, category, request_mode, request_type]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  region: {type: text, nullable: true, description: Region of the transaction.}
  category: {type: text, description: Category of the line items.}
  request_mode: {type: text, nullable: true, description: "verbal, pointing or indirect."}
  request_type: {type: text, nullable: true, description: "branded, unbranded, point or indirect."}
  requests: {type: bigint, description: Distinct transactions with the category.}
  suggestions_accepted: {type: bigint, description: Those in which a suggestion was accepted.}
  acceptance_rate: {type: numeric, description: suggestions_accepted per request.}
  avg_handshake_score: {type: numeric, description: Mean over the transactions with a score; null when there is none.}
  avg_duration_seconds: {type: numeric, description: Mean over the transactions whose duration is known; null when there is none.}
  handshake_total: {type: "numeric(12,2)", description: Sum of the known scores.}
  handshakes: {type: bigint, description: Transactions with a score.}
  duration_total: {type: bigint, description: Seconds of the known durations.}
  durations: {type: bigint, description: Transactions whose duration is known.}
---*/
with requests as (
  select distinct transaction_id, category
  from scout.silver_line_items
)
select
  t.business_date as date,
  t.region,
  r.category,
  t.request_mode,
  t.request_type,
  count(*) as requests,
  count(*) filter (where t.suggestion_accepted) as suggestions_accepted,
  count(*) filter (where t.suggestion_accepted)::numeric / count(*) as acceptance_rate,
  coalesce(sum(t.handshake_score), 0) / nullif(count(t.handshake_score), 0) as avg_handshake_score,
  coalesce(sum(t.duration_seconds), 0)::numeric / nullif(count(t.duration_seconds), 0) as avg_duration_seconds,
  coalesce(sum(t.handshake_score), 0)::numeric(12,2) as handshake_total,
  count(t.handshake_score) as handshakes,
  coalesce(sum(t.duration_seconds), 0) as duration_total,
  count(t.duration_seconds) as durations
from requests r
join scout.silver_transactions t on t.transaction_id = r.transaction_id
group by t.business_date, t.region, r.category, t.request_mode, t.request_type
