SUMMARY = "All packages of the flock that there are recipes for"

inherit packagegroup

RDEPENDS:${PN} = " \
    build-info \
    fm-common fm-mgr python3-fm-api python3-fmclient \
    tsconfig \
    mtce mtce-hostw mtce-hwmon mtce-lmon mtce-pmon mtce-compute mtce-control mtce-storage platform-kickstarts \
    sm sm-client sm-db sm-eru sm-tools \
    nfv-common \
    audit-config containerd-config dhcp-config docker-config filesystem-scripts haproxy-config io-scheduler iptables-config \
    l3-routing-modules-config lighttpd-config logrotate-config luks-config lvm2-config multipath-config multus-config \
    net-config openssh-config rsync-config shadow-utils-config sudo-config \
"
