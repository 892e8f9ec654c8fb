SUMMARY = "All packages of the flock that there are recipes for"

inherit packagegroup

RDEPENDS:${PN} = " \
    build-info \
    fm-common fm-mgr python3-fm-api python3-fmclient \
    tsconfig \
    mtce mtce-hostw mtce-hwmon mtce-lmon mtce-pmon mtce-compute mtce-control mtce-storage platform-kickstarts \
    sm sm-client sm-db sm-eru sm-tools \
    nfv-common \
    audit-config base-files-config containerd-config dhcp-config dnsmasq-config docker-config filesystem-scripts \
    haproxy-config io-scheduler iptables-config iscsi-initiator-utils-config l3-routing-modules-config lighttpd-config \
    logrotate-config luks-config lvm2-config memcached-custom multipath-config multus-config net-config nfs-utils-config \
    openssh-config openvswitch-config python-siteconfig rabbitmq-server-config rsync-config shadow-utils-config \
    sudo-config syslog-ng-config systemd-config tuned-config \
"
# What is made for Debian and its kin alone.
RDEPENDS:${PN}:append:deb = " \
    debian-release-config initscripts-config ntp-config openldap-config pam-config sysctl-config \
"
RDEPENDS:${PN}:remove:debian-bullseye = "sysctl-config"
