"""
Contracts and mappings for the outages of three cloud vendors, written from one table.

Each service in each place is a contract service of its own, with a nominal fee, one level and one credit. Three clauses
for each of two hundred pairs are nothing to write by hand, so this script writes them. Run it again after a change of
the table:

    python examples/real_data/cloud_documents.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
NOT_COVERED = "Not covered"
FEE = "USD 1000.00"
TARGET = "99.99%"


class Vendor(NamedTuple):
    """A vendor, the schedule that it published, and what of its offer the nominal contract covers."""

    name: str
    """As the column `vendor` spells it."""
    title: str
    schedule: str
    """The published document: service and date."""
    source: str
    checked: str
    """What of the schedule was read in a copy of the document itself, in 2026, and what only in pages about it."""
    bands: tuple[tuple[str, str], ...]
    """The steps of the schedule, worst first: below this availability, this share of the fee."""
    leave: tuple[str, ...]
    """The values of the column `vendor` whose rows belong to another mapping."""
    why_leave: str
    services: Mapping[str, tuple[str, ...]]
    """Each service of the contract, and the spellings of the data that mean it."""
    places: Mapping[str, str]
    """Each service of the contract, and the places in which it is covered, with `; ` between them."""
    same_place: Mapping[str, str]
    """Descriptions of an incident that stand in the column of the place, and the place that they name."""


AWS = Vendor(
    name="AWS",
    title="Amazon Web Services",
    schedule="Amazon Compute Service Level Agreement, last updated 5 May 2022",
    source="https://aws.amazon.com/compute/sla/historical/",
    checked="Read in copies of it in 2026: date, 99.99% and the edges of the steps; 30% and 100% in pages about it.",
    bands=(("95.0%", "100%"), ("99.0%", "30%"), ("99.99%", "10%")),
    leave=("Azure", "GCP"),
    why_leave="15 rows name no vendor, and all but one of them name AWS: they are rejected here, not passed over",
    services={
        "Compute": ("Amazon Elastic Compute Cloud",),
        "Auto Scaling": ("Auto Scaling",),
        "Relational databases": ("Amazon Relational Database Service",),
        "Content delivery": ("Amazon CloudFront",),
        "Identity": ("AWS Identity and Access Management", "AWS Single Sign-On"),
        "Monitoring": ("Amazon CloudWatch",),
        "Load balancing": ("Amazon Elastic Load Balancing",),
        "Names": ("Amazon Route 53", "Amazon Route 53 Resolver"),
        "Functions": ("AWS Lambda",),
        "Desktops": ("Amazon WorkSpaces",),
        "Contact centre": ("Amazon Connect",),
        "Connectivity": ("AWS Internet Connectivity", "AWS Direct Connect", "AWS NAT Gateway"),
        "Console": ("AWS Management Console",),
        "Objects": ("Amazon Simple Storage Service",),
        "Streams": ("Amazon Kinesis", "Amazon Kinesis Data Streams", "Amazon Kinesis Firehose"),
    },
    places={
        "Compute": "Frankfurt; Hong Kong; Ireland; London; Mumbai; N. California; N. Virginia; Ohio; Oregon; Paris; "
        "Sao Paulo; Seoul; Singapore; Sydney; Tokyo; US-East; US-West",
        "Auto Scaling": "Frankfurt; N. Virginia; Oregon; Sydney; US-West",
        "Relational databases": "Frankfurt; Ireland; London; Montreal; Mumbai; N. Virginia; Oregon; Sydney; Tokyo",
        "Content delivery": "Global; Multi-region",
        "Identity": "Global; GovCloud; Multi-region; N. Virginia",
        "Monitoring": "Hong Kong; Ireland; London; N. Virginia; Ohio; Oregon; Tokyo",
        "Load balancing": "London; N. Virginia; Oregon; Seoul; Sydney",
        "Names": "Global; Multi-region; N. Virginia",
        "Functions": "Ireland; London; N. Virginia; Ohio; Oregon; Seoul; Sydney; Tokyo",
        "Desktops": "Ireland; N. Virginia; Oregon; Seoul; Sydney",
        "Contact centre": "N. Virginia; Oregon",
        "Connectivity": "Frankfurt; Ireland; N. Virginia; Paris; Sao Paulo; Seoul; Singapore",
        "Console": "Multi-region; US-West",
        "Objects": "N. California; N. Virginia; Ohio",
        "Streams": "Hong Kong; N. Virginia; Ohio; Oregon; Seoul",
    },
    same_place={},
)

AZURE = Vendor(
    name="Azure",
    title="Microsoft Azure",
    schedule="SLA for Virtual Machines, version 1.8, March 2018",
    source="https://azure.microsoft.com/en-us/support/legal/sla/virtual-machines/v1_8/",
    checked="Read in its list of versions in 2026: version, date, 100% below 95%; the other numbers in pages about it.",
    bands=(("95%", "100%"), ("99%", "25%"), ("99.99%", "10%")),
    leave=("AWS", "GCP", ""),
    why_leave="the rows without a vendor are rejected with those of AWS, once and not three times",
    services={
        "Virtual machines": (
            "Virtual Machines",
            "Virtual Machines (Classic)",
            "Virtual Machines/VM Scale Sets",
            "Virtual Machines and Azure Databricks",
            "Virtual Machines and Redis Cache",
            "Virtual Machines and Storage",
            "Virtual Machines and Virtual Networks (Management)",
        ),
        "Storage": ("Storage", "Storage and Dependent Services", "Storage – Service Management Operations"),
        "App Service": (
            "App Service",
            "App Service and App Service Linux",
            "App Service, Logic Apps, Functions",
            "Azure App Service and Functions App",
        ),
        "Portal": (
            "Azure Portal",
            "Connectivity errors with Azure Portal",
            "503 errors accessing the Azure Portal",
            "Loading Data Factory v1 Blades in Portal",
        ),
        "Directory": (
            "Active Directory",
            "Azure Active Directory",
            "Azure Active Directory B2C",
            "Azure Active Directory login issues in Europe regions",
        ),
        "Network": (
            "Network",
            "Networking",
            "Network Connectivity",
            "Network Infrastructure",
            "Network Infrastructure Event",
            "Virtual Network",
            "Connectivity Issues",
            "Intermittent Network Related Timeouts",
            "Azure connectivity issues (Tracking ID 0TSQ",
        ),
        "SQL databases": (
            "SQL Database",
            "SQL DB",
            "SQL Services",
            "SQL Database and dependent services",
            "Azure SQL Database",
            "Intermittent login failures for Azure SQL",
        ),
        "Service management": (
            "Service Management Operations",
            "Service Management Errors",
            "Service Management Failures",
            "Azure Service Management Failures",
            "Issues Performing Service Management Operations",
        ),
        "IoT Hub": ("IoT Hub", "Iot Hub", "Azure IoT Hub"),
        "Service Bus": ("Service Bus", "Service Bus and Event Hubs"),
        "Several services": (
            "all",
            "Azure Services",
            "Azure Service Availability",
            "Multi",
            "Multiple Services",
            "Multiple Azure Services",
            "Service Availability",
        ),
    },
    places={
        "Virtual machines": "Multi-region; North Central US; North Europe; UK South; West Europe; West US 2",
        "Storage": "East US; Multi-region; North Central US; UK South; West Europe; West US; West US 2",
        "App Service": "Canada Central; East Asia; East US; Multi-region; West Europe",
        "Portal": "Multi-region; West Europe; global",
        "Directory": "Multi-region",
        "Network": "Australia Southeast / Australia East; East US; Multi-region; North Central US; South Central US; "
        "UK South; UK South / UK West; UK West; West Europe; West US; global",
        "SQL databases": "Multi-region; South Central US; UK West; West Europe; global",
        "Service management": "Australia East/Southeast; East US; Multi-region; North Europe; West Europe",
        "IoT Hub": "Multi-region; West Europe",
        "Service Bus": "Australia East; East US; Multi-region; West Europe; West US",
        "Several services": "Australia East; East US; France Central; Japan East; Korea South; Multi-region; "
        "North America; North Europe; South Central US; South East Asia; UK South; USGov Iowa; USGov Virginia; "
        "US Government; West Central US; West Europe; West India and South India; West US",
    },
    same_place={
        "Intermittent latency in US Government Cloud": "US Government",
        "Issues connecting to resources in East US (Tracking ID 9SS0": "East US",
        "Networking Issue in South Central US (Tracking ID DMP0": "South Central US",
    },
)

GCP = Vendor(
    name="GCP",
    title="Google Cloud Platform",
    schedule="Compute Engine Service Level Agreement, last modified 7 April 2020",
    source="https://cloud.google.com/compute/sla-20200407",
    checked="Read in a copy of it in 2026: date and 99.99% (instances in several zones), not the steps of the credit.",
    bands=(("95.0%", "100%"), ("99.0%", "25%"), ("99.99%", "10%")),
    leave=("AWS", "Azure", ""),
    why_leave="the rows without a vendor are rejected with those of AWS, once and not three times",
    services={
        "Network": ("Network", "Google Cloud Networking"),
        "Compute Engine": ("Google Compute Engine",),
        "App Engine": ("Google App Engine",),
        "Kubernetes Engine": ("Google Kubernetes Engine",),
        "Monitoring": ("Google Stackdriver", "Operations"),
        "Cloud Storage": ("Google Cloud Storage",),
        "BigQuery": ("Google BigQuery",),
        "Console": ("Google Cloud Console",),
        "Functions": ("Google Cloud Functions",),
        "SQL": ("Google Cloud SQL",),
        "Infrastructure": ("Google Cloud Infrastructure Components", "Google Cloud infrastructure components"),
        "Documents": ("Google Cloud Datastore", "Cloud Firestore"),
        "Pub/Sub": ("Google Cloud Pub/Sub",),
        "Identity": ("Identity & Security", "Identity and Access Management"),
    },
    places={
        "Network": "Multi-region; Unknown; europe-north1; europe-west1; europe-west2; europe-west4; us-central1; "
        "us-east4",
        "Compute Engine": "Multi-region; Unknown; asia-southeast1; us-central1; us-east1; us-east4",
        "App Engine": "Multi-region; Unknown; us-central1",
        "Kubernetes Engine": "Multi-region; Unknown; us-east4",
        "Monitoring": "Multi-region; Unknown",
        "Cloud Storage": "Multi-region; Unknown",
        "BigQuery": "Multi-region; Unknown",
        "Console": "Multi-region; Unknown",
        "Functions": "Multi-region; Unknown",
        "SQL": "Multi-region; Unknown; us-central1",
        "Infrastructure": "Unknown",
        "Documents": "Multi-region; Unknown; europe-west2",
        "Pub/Sub": "Multi-region; Unknown; us-east1",
        "Identity": "Multi-region; Unknown",
    },
    same_place={},
)

VENDORS = (AWS, AZURE, GCP)


def pairs(vendor: Vendor) -> list[tuple[int, int, str]]:
    """Return number of the service, number of the place, and name, of each service in each place."""
    return [
        (major, minor, f"{service} in {place}")
        for major, service in enumerate(vendor.services, start=1)
        for minor, place in enumerate(vendor.places[service].split("; "), start=1)
    ]


def quoted(text: str) -> str:
    """Return `text` as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def contract(vendor: Vendor) -> Iterator[str]:
    """Yield the lines of the contract."""
    rate = ", ".join(f"{{below: {below}, is: {share}}}" for below, share in vendor.bands)
    yield f"# A nominal contract over the outages that {vendor.title} reported in 2018 to 2020."
    yield "# Written by examples/real_data/cloud_documents.py: change the table there, and not this file."
    yield "#"
    yield f"# Schedule: {vendor.schedule}"
    yield f"# ({vendor.source})."
    yield f"# {vendor.checked}"
    yield "# See the original before you quote it. It is one published schedule, applied here to every service of"
    yield "# the vendor in every month as a nominal one: other services and years had other terms. The fee is nominal"
    yield "# too, the same for each service in each place. Claims, maximum credits and exclusions are left out."
    yield "schema: ecsm.contract/1"
    yield f"ref: CLOUD-{vendor.name.upper()}-2018"
    yield f"title: {quoted(f'{vendor.title}, nominal terms for the outages of 2018 to 2020')}"
    yield "agreement: underpinning"
    yield f"parties: {{provider: {quoted(vendor.title)}, customer: A customer of all its services}}"
    yield "term: {start: 2018-01-01, end: 2021-01-01}"
    yield "zone: UTC"
    yield "currency: USD"
    yield "billing: {cycle: month, anchor_day: 1}"
    yield "calendars:"
    yield "  always: {zone: UTC, hours: [always]}"
    yield "services:"
    yield "  # Without a promise: what the data list and this contract leaves out."
    yield f"  - {{ref: {quoted(NOT_COVERED)}, title: Services without a promise, hours: always}}"
    for _, _, name in pairs(vendor):
        yield f"  - {{ref: {quoted(name)}, title: {quoted(name)}, hours: always}}"
    yield "clauses:"
    yield f"  # For service s in place p: s.p.1 its fee, s.p.2 the promise, s.p.3 the credit by the {vendor.schedule}."
    for major, minor, name in pairs(vendor):
        yield from clauses(f"{major}.{minor}", name, f"{{bands: [{rate}, {{is: 0%}}]}}", vendor)
    yield (
        "settlement: {entitlement: automatic, instrument: credit_note, "
        "rounding: {mode: half_up, at: line}, tax: price_reduction}"
    )


def clauses(number: str, name: str, rate: str, vendor: Vendor) -> Iterator[str]:
    """Yield fee, promise and credit of one service in one place."""
    fee, promise, credit = (quoted(f"{number}.{each}") for each in (1, 2, 3))
    measure = "{kind: availability, hours: always}"
    yield f"  - {{ref: {fee}, kind: charge, title: {quoted(f'Fee: {name}')}, amount: {FEE}, every: month}}"
    yield f"  - ref: {promise}"
    yield "    kind: service_level"
    yield f"    title: {quoted(f'{name} is up')}"
    yield f"    scope: {{service: {quoted(name)}}}"
    yield f"    measure: {measure}"
    yield f"    target: {{at_least: {TARGET}}}"
    yield f"  - ref: {credit}"
    yield "    kind: service_credit"
    yield f"    title: {quoted(f'{name}, by the {vendor.schedule}')}"
    yield f"    levels: [{promise}]"
    yield "    per: level"
    yield f"    rate: {rate}"
    yield f"    of: {fee}"


def mapping(vendor: Vendor) -> Iterator[str]:
    """Yield the lines of the mapping."""
    yield f"# Outages that {vendor.title} reported in 2018 to 2020; each vendor of the file has its own mapping."
    yield "# Written by examples/real_data/cloud_documents.py: change the table there, and not this file."
    yield "schema: ecsm.mapping/1"
    yield f"ref: {quoted(f'{vendor.name} outages')}"
    yield f"title: {quoted(f'Outages reported by {vendor.title}, 2018-2020')}"
    yield "assumes:"
    for text in assumptions(vendor):
        yield f"  - {quoted(text)}"
    yield "times: {zone: UTC}"
    yield "outages:"
    yield "  file: cloud_outages.csv.gz"
    yield f"  # {vendor.why_leave}"
    leave = ", ".join(quoted(each) for each in vendor.leave)
    yield f"  only: {{vendor: {{take: [{vendor.name}], leave: [{leave}]}}}}"
    yield "  # No identity in the file: an outage is called by its line."
    yield "  service:"
    yield "    parts:"
    yield "      - column: service"
    yield "        is:"
    for service, spellings in vendor.services.items():
        yield from (f"          {quoted(spelling)}: {quoted(service)}" for spelling in spellings)
    yield f"        otherwise: {NOT_COVERED}"
    yield "      - {column: location, blank: Unknown}"
    yield '    joined: " in "'
    yield "    is:"
    for _, _, name in pairs(vendor):
        yield f"      {quoted(name)}: {quoted(name)}"
    for described, place in vendor.same_place.items():  # all of them beside the service "all"
        yield f"      {quoted(f'Several services in {described}')}: {quoted(f'Several services in {place}')}"
    yield f"    otherwise: {NOT_COVERED}"
    yield "  start: start"
    yield "  end: end"
    yield "  no_length: reject   # 2 rows of the file end when they start: an outage that nobody timed"


def assumptions(vendor: Vendor) -> Iterator[str]:
    """Yield what the reading takes for granted."""
    yield "Each listed incident is a full outage of its service in its place."
    yield "The times of the file name no zone and are taken as UTC."
    yield f"Each spelling of a service means one service of the contract; {NOT_COVERED} is what none of them means."
    yield "A blank place is the place Unknown; Multi-region, Global and Unknown are places of their own."
    yield f"One schedule holds for every service and month: {vendor.schedule}. The fee is nominal."


def documents() -> dict[Path, str]:
    """Return every document by its path."""
    return {
        HERE / folder / f"cloud_{vendor.name.lower()}.yaml": "\n".join(lines(vendor)) + "\n"
        for vendor in VENDORS
        for folder, lines in (("contracts", contract), ("mappings", mapping))
    }


def main() -> None:
    """Write every document."""
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
