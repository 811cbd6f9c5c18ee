/*---
description: A store's day.
grain: [date, store_id]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  store_id: {type: text, description: Store.}
  region: {type: text, description: Region; the last in the alphabet where records of the day differ.}
  city: {type: text, description: City; the last in the alphabet where records of the day differ.}
  transactions: {type: bigint, description: Distinct transactions.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  avg_basket_size: {type: numeric, description: Line items per transaction.}
  avg_duration_seconds: {type: numeric, description: Mean over the transactions whose duration is known; null when there is none.}
  suggestion_acceptance_rate: {type: numeric, description: Accepted among the answered suggestions; null when none was answered.}
  digital_payment_rate: {type: numeric, description: Share of gcash and maya among the transactions whose payment method is known; null when there is none.}
  suggestions_answered: {type: bigint, description: Transactions of which it is known whether a suggestion was accepted.}
  suggestions_accepted: {type: bigint, description: Transactions in which a suggestion was accepted.}
---*/
select
  date,
  store_id,
  max(region) as region,
  max(city) as city,
  sum(transactions)::bigint as transactions,
  sum(units)::bigint as units,
  sum(net_amount)::numeric(12,2) as net_amount,
  sum(lines) / nullif(sum(transactions), 0) as avg_basket_size,
  sum(duration_seconds) / nullif(sum(durations), 0) as avg_duration_seconds,
  sum(suggestions_accepted) / nullif(sum(suggestions_answered), 0) as suggestion_acceptance_rate,
  sum(payments_digital) / nullif(sum(payments_known), 0) as digital_payment_rate,
  sum(suggestions_answered)::bigint as suggestions_answered,
  sum(suggestions_accepted)::bigint as suggestions_accepted
from scout.rollup_store_daily
group by date, store_id
